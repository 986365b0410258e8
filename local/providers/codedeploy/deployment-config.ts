import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import type { TrafficRouting } from './traffic-routing.ts';

/** AWS: the whole shift takes at most 48 hours. */
const MAX_MINUTES = 48 * 60;
const PER_PAGE = 100;

export interface DeploymentConfig {
  readonly name: string;
  readonly routing: TrafficRouting;
  readonly createTime: number;
}

const percent = integer.refine((value) => value >= 1 && value <= 99, 'expected 1 to 99 percent');
const minutes = integer.refine(
  (value) => value >= 1 && value <= MAX_MINUTES,
  'expected 1 minute to 48 hours',
);

const trafficRouting = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('AllAtOnce') }),
    z.object({
      type: z.literal('TimeBasedCanary'),
      timeBasedCanary: z.object({ canaryPercentage: percent, canaryInterval: minutes }),
    }),
    z.object({
      type: z.literal('TimeBasedLinear'),
      timeBasedLinear: z.object({ linearPercentage: percent, linearInterval: minutes }),
    }),
  ])
  .transform((given): TrafficRouting => {
    if (given.type === 'TimeBasedCanary') {
      const { canaryPercentage: percentage, canaryInterval: interval } = given.timeBasedCanary;
      return { type: given.type, percentage, interval };
    }
    if (given.type === 'TimeBasedLinear') {
      const { linearPercentage: percentage, linearInterval: interval } = given.timeBasedLinear;
      return { type: given.type, percentage, interval };
    }
    return { type: 'AllAtOnce' };
  })
  .refine(
    (routing) =>
      routing.type !== 'TimeBasedLinear' ||
      (Math.ceil(100 / routing.percentage) - 1) * routing.interval <= MAX_MINUTES,
    'the whole shift would take more than 48 hours',
  );

const createInput = z.object({
  deploymentConfigName: z
    .string()
    .min(1)
    .max(100)
    .refine((name) => !name.startsWith('CodeDeployDefault.'), 'the prefix is reserved'),
  computePlatform: z.literal('Lambda', 'the local cloud deploys Lambda functions only'),
  trafficRoutingConfig: trafficRouting.default({ type: 'AllAtOnce' }),
});

const nameInput = z.object({ deploymentConfigName: z.string() });
const listInput = z.object({ nextToken: z.string().optional() });

/** The deployment configs that every account has, and the account's own. */
export class DeploymentConfigs {
  readonly #own: Collection<DeploymentConfig>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.#own = host.storage('codedeploy').collection('deployment-configs');
  }

  get(name: string): DeploymentConfig {
    const found = PREDEFINED.get(name) ?? this.#own.get(name);
    if (found) return found;
    throw new AwsError(
      'DeploymentConfigDoesNotExistException',
      `No Deployment Configuration found for name: ${name}`,
    );
  }

  create(input: unknown): DeploymentConfig {
    const { deploymentConfigName: name, trafficRoutingConfig: routing } = parseInput(
      createInput,
      input,
      'InvalidTrafficRoutingConfigurationException',
    );
    if (this.#own.has(name)) {
      throw new AwsError(
        'DeploymentConfigAlreadyExistsException',
        `Deployment Configuration already exists with name: ${name}`,
      );
    }
    const config = { name, routing, createTime: this.#host.clock.now() };
    this.#own.set(name, config);
    return config;
  }

  delete(name: string): void {
    this.#own.delete(name);
  }

  operations(): Record<string, Operation> {
    return {
      CreateDeploymentConfig: (input) => ({ deploymentConfigId: idOf(this.create(input)) }),
      GetDeploymentConfig: (input) => {
        const config = this.get(parseInput(nameInput, input).deploymentConfigName);
        return { deploymentConfigInfo: describeConfig(config) };
      },
      DeleteDeploymentConfig: (input) => {
        this.delete(parseInput(nameInput, input).deploymentConfigName);
        return {};
      },
      ListDeploymentConfigs: (input) => {
        const names = [...PREDEFINED.keys(), ...this.#own.keys()].sort();
        const token = parseInput(listInput, input).nextToken;
        const { items, nextToken } = pageOf(names, token, PER_PAGE, 'InvalidNextTokenException');
        return { deploymentConfigsList: items, ...(nextToken && { nextToken }) };
      },
    };
  }
}

const PREDEFINED: ReadonlyMap<string, DeploymentConfig> = new Map(
  [
    predefined('AllAtOnce', { type: 'AllAtOnce' }),
    ...[5, 10, 15, 30].map((interval) =>
      predefined(`Canary10Percent${interval}Minutes`, {
        type: 'TimeBasedCanary',
        percentage: 10,
        interval,
      }),
    ),
    ...[1, 2, 3, 10].map((interval) =>
      predefined(`Linear10PercentEvery${interval}Minute${interval === 1 ? '' : 's'}`, {
        type: 'TimeBasedLinear',
        percentage: 10,
        interval,
      }),
    ),
  ].map((config) => [config.name, config]),
);

function predefined(name: string, routing: TrafficRouting): DeploymentConfig {
  return { name: `CodeDeployDefault.Lambda${name}`, routing, createTime: 0 };
}

function describeConfig(config: DeploymentConfig): Record<string, unknown> {
  return {
    deploymentConfigId: idOf(config),
    deploymentConfigName: config.name,
    computePlatform: 'Lambda',
    createTime: new Date(config.createTime),
    trafficRoutingConfig: describeRouting(config.routing),
  };
}

function describeRouting(routing: TrafficRouting): Record<string, unknown> {
  if (routing.type === 'AllAtOnce') return { type: routing.type };
  const { type, percentage, interval } = routing;
  return type === 'TimeBasedCanary'
    ? { type, timeBasedCanary: { canaryPercentage: percentage, canaryInterval: interval } }
    : { type, timeBasedLinear: { linearPercentage: percentage, linearInterval: interval } };
}

/** Names are unique in an account, so an id needs nothing else. */
function idOf(config: DeploymentConfig): string {
  return config.name;
}
