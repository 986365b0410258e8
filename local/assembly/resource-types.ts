import { AwsError } from '../host/aws-error.ts';
import type { Host } from '../host/host.ts';
import type { ResourceRequest, ResourceType } from '../host/provider.ts';
import { createCustomResourceType } from './custom-resource.ts';
import { ignoredTypes } from './ignored-types.ts';
import type { Template } from './template.ts';

/** How resources of a type are made: by a provider, by the function of a custom resource, or not. */
export function resourceTypeOf(host: Host, type: string): ResourceType {
  const provided = host.resourceType(type);
  if (provided) return provided;
  if (isCustom(type)) return createCustomResourceType(host, type);
  if (Object.hasOwn(ignoredTypes, type)) return ignoredType(host);
  throw unknownTypes([type]);
}

/** Refuses a template whose resource types are not all known, naming every one that is not. */
export function checkResourceTypes(host: Host, template: Template): void {
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  const unknown = [...types].filter(
    (type) => !(host.resourceType(type) || isCustom(type) || Object.hasOwn(ignoredTypes, type)),
  );
  if (unknown.length > 0) throw unknownTypes(unknown);
}

function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function unknownTypes(types: readonly string[]): AwsError {
  return new AwsError(
    'ValidationError',
    `Unrecognized resource types: [${types.join(', ')}]. The local cloud has no provider for them, ` +
      'and its list of ignored types has no reason to pass over them.',
  );
}

/** Something that has a name to refer to and does nothing. */
function ignoredType(host: Host): ResourceType {
  const describe = ({ stackName, logicalId }: ResourceRequest) => {
    const name = `${stackName}-${logicalId}`;
    return {
      physicalId: name,
      attributes: { Arn: host.arn('ignored', name), Id: name },
    };
  };
  return { create: describe, update: describe, delete: () => {} };
}
