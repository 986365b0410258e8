import { AwsError } from '../../../host/aws-error.ts';
import type { ResourceRequest, ResourceType } from '../../../host/provider.ts';
import type { MethodSettings, StageRecord } from '../api-store.ts';
import { settingKey } from '../method-setting.ts';
import type { Parts } from '../parts.ts';

type Properties = ResourceRequest['properties'];

/** AWS::ApiGateway::Deployment */
export function deploymentResource({ host, store }: Parts): ResourceType {
  return {
    replaceOn: ['RestApiId', 'DeploymentCanarySettings'],
    create({ properties }) {
      const { RestApiId, Description, StageName, StageDescription } = properties;
      const { id } = store.deploy(RestApiId, host.clock.now(), Description);
      if (StageName) {
        const stage = { ...StageDescription, RestApiId, StageName, DeploymentId: id };
        store.putStage(stageOf(stage, host.clock.now()));
      }
      return { physicalId: id, attributes: { DeploymentId: id } };
    },
    update(_request, { physicalId }) {
      return { physicalId, attributes: { DeploymentId: physicalId } };
    },
    delete({ physicalId, properties: { RestApiId, StageName } }) {
      const users = store.stagesOf(RestApiId).filter((stage) => stage.deploymentId === physicalId);
      const own = users.find((stage) => stage.stageName === StageName);
      if (own) store.deleteStage(RestApiId, own.stageName);
      else if (users.length > 0) {
        throw new AwsError(
          'BadRequestException',
          'Active stages pointing to this deployment must be moved or deleted',
        );
      }
      store.deployments.delete(`${RestApiId}/${physicalId}`);
    },
  };
}

/** AWS::ApiGateway::Stage */
export function stageResource({ host, store }: Parts): ResourceType {
  const put = ({ properties }: ResourceRequest) => {
    const before = store.stages.get(`${properties.RestApiId}/${properties.StageName}`);
    const stage = stageOf(properties, before?.createdDate ?? host.clock.now());
    return { physicalId: store.putStage(stage).stageName };
  };
  return {
    replaceOn: ['RestApiId', 'StageName'],
    create: put,
    update: put,
    delete({ physicalId, properties }) {
      store.deleteStage(properties.RestApiId, physicalId);
    },
  };
}

function stageOf(properties: Properties, createdDate: number): StageRecord {
  const log = properties.AccessLogSetting;
  const tags: { Key: string; Value: string }[] = properties.Tags ?? [];
  return {
    restApiId: properties.RestApiId,
    stageName: properties.StageName ?? 'default',
    deploymentId: properties.DeploymentId,
    ...(properties.Description && { description: properties.Description }),
    ...(properties.Variables && { variables: properties.Variables }),
    methodSettings: Object.fromEntries((properties.MethodSettings ?? []).map(methodSetting)),
    ...(log && {
      accessLogSettings: { destinationArn: log.DestinationArn, format: log.Format ?? '' },
    }),
    createdDate,
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
  };
}

function methodSetting(given: Properties): [string, MethodSettings] {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst, MetricsEnabled } = given;
  const settings: MethodSettings = {
    ...(rate !== undefined && { throttlingRateLimit: Number(rate) }),
    ...(burst !== undefined && { throttlingBurstLimit: Number(burst) }),
    ...(MetricsEnabled !== undefined && { metricsEnabled: String(MetricsEnabled) === 'true' }),
  };
  return [settingKey(given.ResourcePath ?? '/*', given.HttpMethod ?? '*'), settings];
}
