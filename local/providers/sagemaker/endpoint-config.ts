import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import {
  type EndpointConfigSettings,
  endpointConfigInput,
  problemsOf,
} from './endpoint-config-input.ts';
import type { Models } from './model.ts';
import { arnOf } from './names.ts';
import { invalid, missing, taken } from './refusals.ts';

const nameInput = z.object({ EndpointConfigName: z.string() });
const listInput = z.object({
  NameContains: z.string().default(''),
  MaxResults: integer.default(10),
  NextToken: z.string().optional(),
});

export interface EndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly settings: EndpointConfigSettings;
}

/** Configurations: which variants an endpoint has, on how many instances. They never change. */
export class EndpointConfigs {
  readonly #host: Host;
  readonly #models: Models;
  readonly #configs: Collection<EndpointConfig>;

  constructor(host: Host, models: Models) {
    this.#host = host;
    this.#models = models;
    this.#configs = host.storage('sagemaker').collection('endpoint-configs');
  }

  get(name: string): EndpointConfig {
    const found = this.#configs.get(name);
    if (found) return found;
    throw missing('endpoint configuration', arnOf(this.#host, 'endpoint-config', name));
  }

  create(input: unknown): EndpointConfig {
    const settings = parseInput(endpointConfigInput, input);
    const name = settings.EndpointConfigName;
    const arn = arnOf(this.#host, 'endpoint-config', name);
    if (this.#configs.has(name)) throw taken('endpoint configuration', arn);
    const problems = problemsOf(settings);
    if (problems.length > 0) throw invalid(problems.join('; '));
    for (const { ModelName } of variantsOf(settings)) {
      if (ModelName !== undefined) this.#models.get(ModelName);
    }
    const config = { name, arn, createdAt: this.#host.clock.now(), settings };
    this.#configs.set(name, config);
    return config;
  }

  delete(name: string): void {
    this.#configs.delete(name);
  }

  operations(): Record<string, Operation> {
    return {
      CreateEndpointConfig: (input) => ({ EndpointConfigArn: this.create(input).arn }),
      DescribeEndpointConfig: (input) => {
        const { settings, arn, createdAt } = this.get(
          parseInput(nameInput, input).EndpointConfigName,
        );
        return { ...settings, EndpointConfigArn: arn, CreationTime: new Date(createdAt) };
      },
      DeleteEndpointConfig: (input) => {
        this.delete(this.get(parseInput(nameInput, input).EndpointConfigName).name);
        return {};
      },
      ListEndpointConfigs: (input) => {
        const { NameContains, MaxResults, NextToken } = parseInput(listInput, input);
        const found = this.#configs.values().filter(({ name }) => name.includes(NameContains));
        const { items, nextToken } = pageOf(found, NextToken, MaxResults, 'ValidationException');
        return {
          EndpointConfigs: items.map(({ name, arn, createdAt }) => ({
            EndpointConfigName: name,
            EndpointConfigArn: arn,
            CreationTime: new Date(createdAt),
          })),
          ...(nextToken && { NextToken: nextToken }),
        };
      },
    };
  }
}

export function variantsOf(settings: EndpointConfigSettings) {
  return [...settings.ProductionVariants, ...settings.ShadowProductionVariants];
}
