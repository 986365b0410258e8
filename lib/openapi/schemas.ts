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
  ModelConfiguration: {
    type: 'object',
    description: 'The configuration in the form of Triton Inference Server',
    additionalProperties: true,
  },
  ModelStatistics: object(['model_stats'], {
    model_stats: { type: 'array', items: { type: 'object', additionalProperties: true } },
  }),
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
