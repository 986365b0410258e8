import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { arnOf, resourceName, tags } from './names.ts';
import { invalid, missing, taken } from './refusals.ts';

const s3Data = z.object({
  S3Uri: z.string(),
  S3DataType: z.enum(['S3Prefix', 'S3Object']),
  CompressionType: z.enum(['None', 'Gzip']),
});

/** What a container is made from; members that change nothing here are kept and shown. */
const container = z.looseObject({
  ContainerHostname: z.string().optional(),
  Image: z.string().optional(),
  Mode: z.literal('SingleModel', 'the local cloud runs one model in a container').optional(),
  ModelDataUrl: z.string().optional(),
  ModelDataSource: z.object({ S3DataSource: s3Data }).optional(),
  Environment: z.record(z.string(), z.coerce.string()).default({}),
});

const createInput = z.object({
  ModelName: resourceName,
  ExecutionRoleArn: z.string().optional(),
  PrimaryContainer: container.optional(),
  Containers: z
    .array(container)
    .max(1, 'the local cloud runs models of one container only')
    .optional(),
  EnableNetworkIsolation: z.unknown().optional(),
  VpcConfig: z.unknown().optional(),
  Tags: tags,
});
const nameInput = z.object({ ModelName: z.string() });
const listInput = z.object({
  NameContains: z.string().default(''),
  MaxResults: integer.default(10),
  NextToken: z.string().optional(),
});

export type ContainerDefinition = z.output<typeof container>;

export interface Model {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly container: ContainerDefinition;
  /** What else was said of it. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Models: an image, its environment and its archive, under a name. */
export class Models {
  readonly #host: Host;
  readonly #models: Collection<Model>;

  constructor(host: Host) {
    this.#host = host;
    this.#models = host.storage('sagemaker').collection('models');
  }

  get(name: string): Model {
    const found = this.#models.get(name);
    if (!found) throw missing('model', arnOf(this.#host, 'model', name));
    return found;
  }

  create(input: unknown): Model {
    const given = parseInput(createInput, input);
    const { ModelName: name, PrimaryContainer, Containers, ...settings } = given;
    const arn = arnOf(this.#host, 'model', name);
    if (this.#models.has(name)) throw taken('model', arn);
    const definition = PrimaryContainer ?? Containers?.[0];
    if (!definition?.Image) {
      throw invalid('A model needs a PrimaryContainer with an Image, from Amazon ECR');
    }
    const createdAt = this.#host.clock.now();
    const model: Model = { name, arn, createdAt, container: definition, settings };
    this.#models.set(name, model);
    return model;
  }

  delete(name: string): void {
    this.#models.delete(name);
  }

  operations(): Record<string, Operation> {
    return {
      CreateModel: (input) => ({ ModelArn: this.create(input).arn }),
      DescribeModel: (input) => describe(this.get(parseInput(nameInput, input).ModelName)),
      DeleteModel: (input) => {
        this.delete(this.get(parseInput(nameInput, input).ModelName).name);
        return {};
      },
      ListModels: (input) => {
        const { NameContains, MaxResults, NextToken } = parseInput(listInput, input);
        const found = this.#models.values().filter(({ name }) => name.includes(NameContains));
        const { items, nextToken } = pageOf(found, NextToken, MaxResults, 'ValidationException');
        return {
          Models: items.map(({ name, arn, createdAt }) => ({
            ModelName: name,
            ModelArn: arn,
            CreationTime: new Date(createdAt),
          })),
          ...(nextToken && { NextToken: nextToken }),
        };
      },
    };
  }
}

function describe(model: Model): Record<string, unknown> {
  return {
    ...model.settings,
    ModelName: model.name,
    ModelArn: model.arn,
    PrimaryContainer: model.container,
    CreationTime: new Date(model.createdAt),
  };
}
