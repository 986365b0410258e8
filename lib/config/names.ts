/**
 * Physical names. All carry the stage, so that two stages share none, and all can be said without
 * asking AWS, so that stacks need no exports and deploy independently.
 */
export interface Names {
  readonly platformStack: string;
  readonly apiStack: string;
  readonly api: string;
  readonly catalogueFunction: string;
  readonly dashboard: string;
  readonly alarmTopic: (severity: Severity) => string;
  /** Bucket of what models take and give: captured requests, asynchronous answers, batch files. */
  readonly dataBucket: (account: string, region: string) => string;
  /** Stack of the model with this AWS name. */
  readonly modelStack: (awsName: string) => string;
  readonly modelFunction: (awsName: string) => string;
  /** SageMaker endpoint of the model with this AWS name; its inference component has the same name. */
  readonly endpoint: (awsName: string) => string;
  /** Topic that hears of every answer of an asynchronous endpoint. */
  readonly answerTopic: (awsName: string, outcome: 'completed' | 'failed') => string;
  /** State machine, job definition and log group of a model's batch jobs. */
  readonly batch: (awsName: string) => string;
  /** Parameters of Systems Manager that say where workers of batch jobs run. */
  readonly batchNetwork: { readonly subnets: string; readonly securityGroup: string };
  /** Alarm that sums up a model's state. Alarm names take any letter: it carries the full name. */
  readonly stateAlarm: (model: string) => string;
}

/** `critical` wakes somebody up: a rollout is turned back. `warning` can wait for the morning. */
export type Severity = 'critical' | 'warning';
export const severities: readonly Severity[] = ['critical', 'warning'];

export function namesOf(stage: string): Names {
  const prefix = `siskin-${stage}`;
  return {
    platformStack: `${prefix}-platform`,
    apiStack: `${prefix}-api`,
    api: prefix,
    // An underscore: no model's function can have this name.
    catalogueFunction: `${prefix}_catalogue`,
    dashboard: prefix,
    dataBucket: (account, region) => `${prefix}-data-${account}-${region}`,
    alarmTopic: (severity) => `${prefix}-alarms-${severity}`,
    modelStack: (awsName) => `${prefix}-model-${awsName}`,
    modelFunction: (awsName) => `${prefix}-${awsName}`,
    endpoint: (awsName) => `${prefix}-${awsName}`,
    answerTopic: (awsName, outcome) => `${prefix}-${awsName}-${outcome}`,
    batch: (awsName) => `${prefix}-${awsName}-batch`,
    batchNetwork: {
      subnets: `/siskin/${stage}/batch/subnets`,
      securityGroup: `/siskin/${stage}/batch/security-group`,
    },
    stateAlarm: (model) => `${prefix}/${model}`,
  };
}

/** The alias that callers reach, on every model's function. CodeDeploy owns its weights. */
export const liveAlias = 'live';
