import { isDeepStrictEqual } from 'node:util';
import { generatedName } from '../../host/generated-name.ts';
import type { ResourceState, ResourceType } from '../../host/provider.ts';
import type { ComponentRecord } from './inference-components.ts';
import { nameIn } from './names.ts';
import { notStabilized, runOperation, untilSettled } from './resource-change.ts';
import type { ResourceParts } from './resources.ts';

/** AWS::SageMaker::InferenceComponent: waits until its copies serve. */
export function componentResource({ operations, components }: ResourceParts): ResourceType {
  const settled = (name: string, request: Parameters<ResourceType['create']>[0]) =>
    untilSettled(
      request,
      (reason) => components.cancel(name, reason),
      () => components.settled(name),
    );
  const remove = async (name: string) => {
    if (!components.find(name)) return;
    components.cancel(name, new Error('The inference component is deleted.'));
    await components.settled(name);
    if (components.find(name)) components.delete(name);
    await components.gone(name);
  };
  return {
    replaceOn: ['InferenceComponentName', 'EndpointName', 'EndpointArn', 'VariantName'],
    async create(request) {
      const { properties } = request;
      const name: string = properties.InferenceComponentName ?? generatedName(request, 63);
      await runOperation(operations, 'CreateInferenceComponent', {
        ...properties,
        InferenceComponentName: name,
        EndpointName: nameIn(properties.EndpointName ?? properties.EndpointArn),
      });
      const record = await settled(name, request);
      if (record.status === 'InService') return stateOf(record);
      await remove(name);
      throw notStabilized(`Inference component ${name} could not be created`, record.failureReason);
    },
    async update(request, current) {
      const { properties, rollingBack } = request;
      const name = String(current.attributes.InferenceComponentName);
      await components.settled(name);
      const changed = (property: string) =>
        !isDeepStrictEqual(properties[property], current.properties[property]);
      // What has not changed is left alone: auto scaling may have set another number of copies.
      await runOperation(operations, 'UpdateInferenceComponent', {
        InferenceComponentName: name,
        ...(changed('Specification') && { Specification: properties.Specification }),
        ...(changed('RuntimeConfig') && { RuntimeConfig: properties.RuntimeConfig }),
        ...(!rollingBack && { DeploymentConfig: properties.DeploymentConfig }),
      });
      const record = await settled(name, request);
      if (record.failureReason === undefined) return stateOf(record);
      throw notStabilized(`The update of inference component ${name} failed`, record.failureReason);
    },
    delete: ({ attributes, physicalId }) =>
      remove(String(attributes.InferenceComponentName ?? nameIn(physicalId))),
  };
}

function stateOf(record: ComponentRecord): ResourceState {
  return {
    physicalId: record.arn,
    attributes: {
      InferenceComponentArn: record.arn,
      InferenceComponentName: record.name,
      InferenceComponentStatus: record.status,
      CreationTime: new Date(record.createdAt).toISOString(),
      LastModifiedTime: new Date(record.modifiedAt).toISOString(),
      'RuntimeConfig.CurrentCopyCount': record.currentCopies,
      'RuntimeConfig.DesiredCopyCount': record.desiredCopies,
    },
  };
}
