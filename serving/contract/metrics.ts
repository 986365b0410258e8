/**
 * Metrics that the functions emit as EMF and that alarms and the dashboard read.
 * Every custom metric costs money each month, so the list holds only what is read.
 */
export const metrics = {
  namespace: 'Siskin',
  /** Dimension sets under which each metric is published. */
  dimensions: [['Model'], ['Model', 'FunctionVersion']],
  /** Inference requests answered, whatever the status. */
  requests: 'Requests',
  /** Failures inside the model's own execution, whatever status the caller gets. */
  modelErrors: 'ModelErrors',
  /** Failures of our own code: 5xx that are not model errors. */
  serverErrors: 'ServerErrors',
  /** Milliseconds from event to answer, cold starts left out. */
  latency: 'Latency',
} as const;
