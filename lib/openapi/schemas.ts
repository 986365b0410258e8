import { datatypes } from '../../serving/contract/datatype.ts';

/**
 * Schemas of the Open Inference Protocol v2, in the part of JSON Schema that API Gateway imports.
 * Envelopes are open: clients send members of their own, and every server tolerates them.
 */
const parameters = {
  type: 'object',
  description: 'Values are strings, numbers or booleans',
  additionalProperties: true,
};

const shape = { type: 'array', items: { type: 'integer', format: 'int64' } };

const tensorData = {
  type: 'array',
  items: {},
  description: 'Row-major, flat or nested',
};

const object = (required: readonly string[], properties: Record<string, unknown>) => ({
  type: 'object',
  ...(required.length > 0 && { required }),
  properties,
});

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const list = (name: string) => ({ type: 'array', items: schema(name) });

const count = { type: 'integer', format: 'int64' };
const counts = { type: 'array', items: count };

const statisticNames = [
  'success',
  'fail',
  'queue',
  'compute_input',
  'compute_infer',
  'compute_output',
  'cache_hit',
  'cache_miss',
];
const durations = Object.fromEntries(
  statisticNames.map((name) => [name, schema('DurationStatistics')]),
);

export const schemas = {
  Datatype: { type: 'string', enum: datatypes },
  Error: object(['error'], {
    error: { type: 'string', description: 'What is wrong, the value seen and what to do' },
  }),
  ServerMetadata: object(['name', 'version', 'extensions'], {
    name: text,
    version: text,
    extensions: texts,
  }),
  ServerLive: object(['live'], { live: { type: 'boolean' } }),
  ServerReady: object(['ready'], { ready: { type: 'boolean' } }),
  ModelList: object(['models'], { models: texts }),
  RepositoryIndex: {
    type: 'array',
    items: object(['name'], { name: text, version: text, state: text, reason: text }),
  },
  ModelReady: object(['name', 'ready'], { name: text, ready: { type: 'boolean' } }),
  TensorMetadata: object(['name', 'datatype', 'shape'], {
    name: text,
    datatype: schema('Datatype'),
    shape: { ...shape, description: 'With the batch dimension; -1 is a free dimension' },
  }),
  ModelMetadata: object(['name', 'platform', 'inputs', 'outputs'], {
    name: text,
    versions: texts,
    platform: text,
    inputs: list('TensorMetadata'),
    outputs: list('TensorMetadata'),
  }),
  ConfiguredTensor: object(['name', 'data_type', 'dims'], {
    name: text,
    data_type: { ...text, description: 'TYPE_ and the datatype; TYPE_STRING for BYTES' },
    dims: shape,
    optional: { type: 'boolean' },
  }),
  ModelConfiguration: {
    ...object(['name', 'platform', 'max_batch_size', 'input', 'output'], {
      name: text,
      platform: text,
      backend: text,
      version_policy: object([], { specific: object(['versions'], { versions: counts }) }),
      max_batch_size: { ...count, description: '0: shapes hold the batch dimension themselves' },
      input: list('ConfiguredTensor'),
      output: list('ConfiguredTensor'),
    }),
    description: 'The configuration in the form of Triton Inference Server',
  },
  DurationStatistics: object(['count', 'ns'], {
    count,
    ns: { ...count, description: 'Nanoseconds in all' },
  }),
  VersionStatistics: object(['name', 'version', 'inference_count', 'inference_stats'], {
    name: text,
    version: text,
    last_inference: { ...count, description: 'Milliseconds since 1970; 0 before the first' },
    inference_count: { ...count, description: 'Inferences, each row of a batch counted' },
    execution_count: { ...count, description: 'Runs of the model' },
    inference_stats: object(statisticNames, durations),
    batch_stats: { type: 'array', items: { type: 'object' } },
  }),
  ModelStatistics: object(['model_stats'], { model_stats: list('VersionStatistics') }),
  RequestInput: object(['name', 'shape', 'datatype'], {
    name: text,
    shape,
    datatype: schema('Datatype'),
    parameters,
    data: tensorData,
  }),
  RequestedOutput: object(['name'], { name: text, parameters }),
  InferenceRequest: object(['inputs'], {
    id: text,
    parameters,
    inputs: list('RequestInput'),
    outputs: {
      ...list('RequestedOutput'),
      description: 'The outputs wanted. Default: every output',
    },
  }),
  ResponseOutput: object(['name', 'shape', 'datatype'], {
    name: text,
    shape,
    datatype: schema('Datatype'),
    parameters,
    data: tensorData,
  }),
  InferenceResponse: object(['model_name', 'outputs'], {
    model_name: text,
    model_version: text,
    id: text,
    parameters,
    outputs: list('ResponseOutput'),
  }),
};

export type SchemaName = keyof typeof schemas;
