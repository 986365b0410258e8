/** What a deployment of a REST API serves. */
export interface ApiDefinition {
  readonly binaryMediaTypes: readonly string[];
  readonly resources: readonly ResourceDefinition[];
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
}

export interface ResourceDefinition {
  readonly id: string;
  /** `/v2/models/{name}/{proxy+}` */
  readonly path: string;
  /** By HTTP method; `ANY` stands for those that are not named. */
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export interface MethodDefinition {
  readonly apiKeyRequired: boolean;
  readonly authorizationType: string;
  readonly operationName?: string;
  readonly integration?: Integration;
}

export interface Integration {
  readonly type: 'AWS_PROXY' | 'MOCK' | 'AWS' | 'HTTP' | 'HTTP_PROXY';
  readonly uri: string;
  readonly timeoutMs: number;
  /** Hands the answer on as it comes instead of gathering it. */
  readonly streaming: boolean;
  readonly requestTemplates?: Readonly<Record<string, string>>;
  readonly responses?: Readonly<Record<string, IntegrationResponse>>;
}

export interface IntegrationResponse {
  readonly statusCode: string;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string>>;
}

/** How an API answers one kind of the gateway's own errors. */
export interface GatewayResponse {
  readonly statusCode?: string;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string>>;
}

export const DEFAULT_TIMEOUT_MS = 29_000;
