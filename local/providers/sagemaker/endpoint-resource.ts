import { generatedName } from '../../host/generated-name.ts';
import type { ResourceState, ResourceType } from '../../host/provider.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { nameIn } from './names.ts';
import { notStabilized, runOperation, untilSettled } from './resource-change.ts';
import type { ResourceParts } from './resources.ts';

/** AWS::SageMaker::Endpoint: waits until it is in service, and sees a rollback as a failure. */
export function endpointResource({ operations, endpoints }: ResourceParts): ResourceType {
  const settled = (name: string, request: Parameters<ResourceType['create']>[0]) =>
    untilSettled(
      request,
      (reason) => endpoints.cancel(name, reason),
      () => endpoints.settled(name),
    );
  const remove = async (name: string) => {
    if (!endpoints.find(name)) return;
    endpoints.cancel(name, new Error('The endpoint is deleted.'));
    await endpoints.settled(name);
    if (endpoints.find(name)) endpoints.delete(name);
    await endpoints.gone(name);
  };
  return {
    replaceOn: ['EndpointName'],
    async create(request) {
      const name: string = request.properties.EndpointName ?? generatedName(request, 63);
      await runOperation(operations, 'CreateEndpoint', {
        EndpointName: name,
        EndpointConfigName: nameIn(request.properties.EndpointConfigName),
        Tags: request.properties.Tags,
      });
      const record = await settled(name, request);
      if (record.status === 'InService') return stateOf(record);
      await remove(name);
      throw notStabilized(`Endpoint ${name} could not be created`, record.failureReason);
    },
    async update(request, current) {
      const { properties } = request;
      const name = String(current.attributes.EndpointName);
      const wanted = nameIn(properties.EndpointConfigName);
      const before = await endpoints.settled(name);
      const isWanted = before.deployed.config.name === wanted;
      if (isWanted && before.status !== 'Failed') return stateOf(before);
      await runOperation(operations, 'UpdateEndpoint', {
        EndpointName: name,
        EndpointConfigName: wanted,
        RetainAllVariantProperties: properties.RetainAllVariantProperties,
        ExcludeRetainedVariantProperties: properties.ExcludeRetainedVariantProperties,
        RetainDeploymentConfig: properties.RetainDeploymentConfig,
        // On the way back nothing has to be watched.
        ...(!request.rollingBack && { DeploymentConfig: properties.DeploymentConfig }),
      });
      const record = await settled(name, request);
      if (record.deployed.config.name === wanted) return stateOf(record);
      throw notStabilized(`The update of endpoint ${name} failed`, record.failureReason);
    },
    delete: ({ attributes, physicalId }) =>
      remove(String(attributes.EndpointName ?? nameIn(physicalId))),
  };
}

function stateOf({ arn, name }: EndpointRecord): ResourceState {
  return { physicalId: arn, attributes: { EndpointName: name, EndpointArn: arn } };
}
