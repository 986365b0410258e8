import { randomInt } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { ApiDefinition, GatewayResponse, MethodDefinition } from './api-definition.ts';
import type { QuotaSettings, Usage } from './quota.ts';

export interface ApiRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly createdDate: number;
  readonly binaryMediaTypes: readonly string[];
  readonly apiKeySource: string;
  readonly rootResourceId: string;
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ResourceRecord {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  readonly path: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export interface DeploymentRecord {
  readonly id: string;
  readonly restApiId: string;
  readonly description?: string;
  readonly createdDate: number;
  readonly definition: ApiDefinition;
}

export interface MethodSettings {
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
  readonly metricsEnabled?: boolean;
}

export interface StageRecord {
  readonly restApiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** By `<resource path>/<METHOD>` without the first slash, or `*` and `*` for all. */
  readonly methodSettings: Readonly<Record<string, MethodSettings>>;
  readonly accessLogSettings?: { readonly destinationArn: string; readonly format: string };
  readonly createdDate: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly createdDate: number;
  readonly stageKeys: readonly string[];
}

export interface UsagePlanRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  readonly quota?: QuotaSettings;
  /** Ids of its keys. */
  readonly keys: readonly string[];
}

/** REST APIs, and what is deployed of them, as they are kept between two starts. */
export class ApiStore {
  readonly apis: Collection<ApiRecord>;
  readonly deployments: Collection<DeploymentRecord>;
  readonly stages: Collection<StageRecord>;
  readonly keys: Collection<ApiKeyRecord>;
  readonly plans: Collection<UsagePlanRecord>;
  readonly usage: Collection<Usage>;
  /** Called after whatever may change what is served. */
  onChange: () => void = () => {};

  constructor(host: Host) {
    const storage = host.storage('apigateway');
    this.apis = storage.collection('apis');
    this.deployments = storage.collection('deployments');
    this.stages = storage.collection('stages');
    this.keys = storage.collection('keys');
    this.plans = storage.collection('plans');
    this.usage = storage.collection('usage');
  }

  api(id: string): ApiRecord {
    return found(this.apis.get(id), `Invalid API identifier specified ${id}`);
  }

  putApi(api: ApiRecord): ApiRecord {
    this.apis.set(api.id, api);
    return api;
  }

  deployment(api: string, id: string): DeploymentRecord {
    return found(this.deployments.get(`${api}/${id}`), `Invalid Deployment identifier ${id}`);
  }

  stage(api: string, name: string): StageRecord {
    return found(this.stages.get(`${api}/${name}`), 'Invalid stage identifier specified');
  }

  stagesOf(api: string): StageRecord[] {
    return this.stages.values().filter((stage) => stage.restApiId === api);
  }

  key(id: string): ApiKeyRecord {
    return found(this.keys.get(id), 'Invalid API Key identifier specified');
  }

  plan(id: string): UsagePlanRecord {
    return found(this.plans.get(id), 'Invalid Usage Plan ID specified');
  }

  putStage(stage: StageRecord): StageRecord {
    this.deployment(stage.restApiId, stage.deploymentId);
    this.stages.set(`${stage.restApiId}/${stage.stageName}`, stage);
    this.onChange();
    return stage;
  }

  deleteStage(api: string, name: string): void {
    this.stages.delete(`${api}/${name}`);
    this.onChange();
  }

  /** Takes a snapshot of an API: what its stages serve until the next one. */
  deploy(api: string, createdDate: number, description?: string): DeploymentRecord {
    const { resources, binaryMediaTypes, gatewayResponses } = this.api(api);
    const deployment: DeploymentRecord = {
      id: newId(),
      restApiId: api,
      ...(description && { description }),
      createdDate,
      definition: {
        binaryMediaTypes,
        gatewayResponses,
        resources: Object.values(resources).map(({ id, path, methods }) => ({ id, path, methods })),
      },
    };
    this.deployments.set(`${api}/${deployment.id}`, deployment);
    return deployment;
  }

  putKey(key: ApiKeyRecord): ApiKeyRecord {
    const twin = this.keys.values().find(({ value, id }) => value === key.value && id !== key.id);
    if (twin) throw new AwsError('ConflictException', 'API Key already exists', 409);
    this.keys.set(key.id, key);
    this.onChange();
    return key;
  }

  putPlan(plan: UsagePlanRecord): UsagePlanRecord {
    this.plans.set(plan.id, plan);
    this.onChange();
    return plan;
  }

  delete(kind: 'keys' | 'plans', id: string): void {
    this[kind].delete(id);
    this.onChange();
  }

  deleteApi(id: string): void {
    for (const { stageName } of this.stagesOf(id)) this.stages.delete(`${id}/${stageName}`);
    for (const deployment of this.deployments.values()) {
      if (deployment.restApiId === id) this.deployments.delete(`${id}/${deployment.id}`);
    }
    this.apis.delete(id);
    this.onChange();
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An identifier as API Gateway makes them. */
export function newId(length = 10): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function found<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new AwsError('NotFoundException', message, 404);
  return value;
}
