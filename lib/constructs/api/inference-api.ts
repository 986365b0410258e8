import {
  aws_apigateway as apigateway,
  CfnOutput,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Artifacts } from '../../../build/artifacts.ts';
import { limits } from '../../../serving/contract/limits.ts';
import { type Config, ConfigError } from '../../config/config.ts';
import { liveAlias, namesOf } from '../../config/names.ts';
import type { Model } from '../../model-repository/model.ts';
import {
  countResources,
  type GatewayDocument,
  gatewayDocument,
  type Integration,
} from '../../openapi/gateway-document.ts';
import { publicDocument } from '../../openapi/public-document.ts';
import { acknowledge } from '../../validation/acknowledge.ts';
import { AccessKey } from './access-key.ts';
import { CatalogueFunction } from './catalogue-function.ts';
import { functionArn, invocationUri } from './lambda-uri.ts';

export interface InferenceApiProps {
  readonly models: readonly Model[];
  /** What the build made; see `buildArtifacts`. */
  readonly artifacts: Artifacts;
  readonly config: Config;
}

/**
 * The REST API in front of all models. It knows their functions by name only, so that it can be
 * deployed before and after any of them.
 */
export class InferenceApi extends Construct {
  readonly restApi: apigateway.SpecRestApi;

  constructor(scope: Construct, id: string, props: InferenceApiProps) {
    super(scope, id);
    const { config, models } = props;
    const catalogue = this.createCatalogue(props);
    const document = gatewayDocument({
      title: namesOf(config.stage).api,
      auth: config.auth,
      credentials: this.createIntegrationRole(config.stage, catalogue.functionName).roleArn,
      catalogue: {
        uri: invocationUri(functionArn(catalogue.functionName)),
        timeoutMilliseconds: integrationTimeout(catalogue.timeout.toSeconds()),
      },
      models: new Map(models.map((model) => [model.name, integrationOf(model, config.stage)])),
    });
    checkResources(document, config);
    this.restApi = this.createApi(document, config);
    if (config.auth === 'apiKey') this.createAccessKey(config);
  }

  private createCatalogue({ artifacts, config, models }: InferenceApiProps): CatalogueFunction {
    return new CatalogueFunction(this, 'Catalogue', {
      artifacts,
      stage: config.stage,
      models,
      openapi: publicDocument({ stage: config.stage, auth: config.auth, models }),
      architecture: lambda.Architecture[config.architecture === 'arm64' ? 'ARM_64' : 'X86_64'],
      logRetention: config.logRetentionDays,
    });
  }

  /**
   * One role for all integrations. A Lambda permission per model would fail while the model's alias
   * does not exist yet, and all of them together outgrow nothing smaller than 20 KB.
   */
  private createIntegrationRole(stage: string, catalogueFunction: string): iam.Role {
    const role = new iam.Role(this, 'IntegrationRole', {
      assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
    });
    const models = functionArn(namesOf(stage).modelFunction('*'), liveAlias);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [models, functionArn(catalogueFunction)],
      }),
    );
    acknowledge(role, {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${namesOf(stage).modelFunction('*')}:${liveAlias}]`,
      reason:
        'The API calls every model of its stage, also one that is deployed after it, through the alias only.',
    });
    return role;
  }

  private createApi(document: object, config: Config): apigateway.SpecRestApi {
    const accessLog = this.createLog('AccessLog', config);
    const api = new apigateway.SpecRestApi(this, 'Api', {
      restApiName: namesOf(config.stage).api,
      apiDefinition: apigateway.ApiDefinition.fromInline(document),
      // Removed models disappear; with the default, MERGE, their routes would stay.
      mode: apigateway.RestApiMode.OVERWRITE,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      deployOptions: {
        stageName: config.stage,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    // API Gateway would make this group itself at the first error, and keep it for ever.
    this.createLog(
      'ExecutionLog',
      config,
      `API-Gateway-Execution-Logs_${api.restApiId}/${config.stage}`,
    );
    new CfnOutput(this, 'Url', { value: api.url }).overrideLogicalId('ApiUrl');
    acknowledgeApi(api);
    return api;
  }

  private createAccessKey(config: Config): void {
    const key = new AccessKey(this, 'AccessKey', {
      stage: this.restApi.deploymentStage,
      name: namesOf(config.stage).api,
      rate: config.apiRate,
      burst: config.apiBurst,
      quota: config.apiQuota,
    });
    new CfnOutput(this, 'KeyId', { value: key.keyId }).overrideLogicalId('ApiKeyId');
  }

  private createLog(id: string, config: Config, logGroupName?: string): logs.LogGroup {
    return new logs.LogGroup(this, id, {
      ...(logGroupName && { logGroupName }),
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

function checkResources(document: GatewayDocument, { quotaRaised }: Config): void {
  const count = countResources(document);
  if (quotaRaised || count <= limits.resourcesPerApi) return;
  throw new ConfigError(
    `The API would have ${count} resources, two for each model; API Gateway's quota is ` +
      `${limits.resourcesPerApi}. Ask AWS to raise "Resources per API" and say so with ` +
      '-c quotaRaised=true, or serve the models from two stages.',
  );
}

function integrationOf({ awsName, config }: Model, stage: string): Integration {
  return {
    uri: invocationUri(functionArn(namesOf(stage).modelFunction(awsName), liveAlias)),
    timeoutMilliseconds: integrationTimeout(config.timeout),
  };
}

/** A little less than the function's own: the gateway says 504 before Lambda kills the function. */
function integrationTimeout(functionSeconds: number): number {
  return functionSeconds * 1000 - 250;
}

const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationStatus: '$context.integration.status',
  apiKeyId: '$context.identity.apiKeyId',
  sourceIp: '$context.identity.sourceIp',
  error: '$context.error.message',
};

function acknowledgeApi(api: apigateway.SpecRestApi): void {
  acknowledge(
    api,
    {
      id: 'AwsSolutions-APIG2',
      reason: 'The functions validate: their errors name the tensor, the element and the value.',
    },
    {
      id: 'AwsSolutions-APIG3',
      reason: 'A firewall is the decision of the account that serves; it is attached to the stage.',
    },
  );
}
