import { randomUUID } from 'node:crypto';
import { generatedName } from '../../host/generated-name.ts';
import type { ResourceRequest, ResourceState, ResourceType } from '../../host/provider.ts';
import type { PolicyStore } from './policy.ts';
import type { PolicyDocument, Role, RoleStore } from './role.ts';

type Properties = ResourceRequest['properties'];

export function createResources(
  roles: RoleStore,
  policies: PolicyStore,
): Record<string, ResourceType> {
  return {
    'AWS::IAM::Role': roleType(roles),
    'AWS::IAM::Policy': inlinePolicyType(roles),
    'AWS::IAM::ManagedPolicy': managedPolicyType(roles, policies),
  };
}

function roleType(roles: RoleStore): ResourceType {
  const described = (role: Role): ResourceState => ({
    physicalId: role.name,
    attributes: { Arn: roles.arn(role), RoleId: roles.id(role) },
  });
  return {
    replaceOn: ['RoleName', 'Path'],
    create: (request) => {
      const name = request.properties.RoleName ?? generatedName(request, 64, randomUUID());
      return described(roles.create({ name, ...roleOf(request.properties) }));
    },
    update: ({ properties }, { physicalId, properties: previous }) => {
      const { policies, ...change } = roleOf(properties);
      // Policies that other resources have put on the role are not this one's to take away.
      const foreign = Object.entries(roles.get(physicalId).policies).filter(
        ([name]) => !(name in roleOf(previous).policies),
      );
      const kept = { ...Object.fromEntries(foreign), ...policies };
      return described(roles.change(physicalId, { ...change, policies: kept }));
    },
    delete: ({ physicalId }) => roles.delete(physicalId),
  };
}

function inlinePolicyType(roles: RoleStore): ResourceType {
  const put = ({ PolicyName, PolicyDocument, Roles = [] }: Properties): ResourceState => {
    for (const role of Roles) roles.putPolicy(role, PolicyName, PolicyDocument);
    return { physicalId: PolicyName, attributes: { Id: PolicyName } };
  };
  const remove = ({ PolicyName, Roles = [] }: Properties) => {
    for (const role of Roles) if (roles.find(role)) roles.deletePolicy(role, PolicyName);
  };
  return {
    replaceOn: ['PolicyName'],
    create: ({ properties }) => put(properties),
    update: ({ properties }, current) => {
      remove(current.properties);
      return put(properties);
    },
    delete: ({ properties }) => remove(properties),
  };
}

function managedPolicyType(roles: RoleStore, policies: PolicyStore): ResourceType {
  const attach = (arn: string, { Roles = [] }: Properties) => {
    for (const role of Roles) {
      const attached = roles.get(role).managedPolicyArns.filter((other) => other !== arn);
      roles.change(role, { managedPolicyArns: [...attached, arn] });
    }
  };
  const detach = (arn: string, { Roles = [] }: Properties) => {
    for (const role of Roles) {
      const attached = roles.find(role)?.managedPolicyArns;
      if (!attached) continue;
      roles.change(role, { managedPolicyArns: attached.filter((other) => other !== arn) });
    }
  };
  return {
    replaceOn: ['ManagedPolicyName', 'Path', 'Description'],
    create: (request) => {
      const { ManagedPolicyName, Path, Description, PolicyDocument } = request.properties;
      const { arn } = policies.create({
        name: ManagedPolicyName ?? generatedName(request, 128, randomUUID()),
        path: Path ?? '/',
        ...(Description && { description: Description }),
        document: PolicyDocument,
      });
      attach(arn, request.properties);
      return { physicalId: arn, attributes: { PolicyArn: arn } };
    },
    update: ({ properties }, { physicalId, properties: previous }) => {
      policies.change(physicalId, { document: properties.PolicyDocument });
      detach(physicalId, previous);
      attach(physicalId, properties);
      return { physicalId, attributes: { PolicyArn: physicalId } };
    },
    delete: ({ physicalId, properties }) => {
      detach(physicalId, properties);
      policies.delete(physicalId);
    },
  };
}

function roleOf(properties: Properties): Omit<Role, 'name' | 'created'> {
  const inline: { PolicyName: string; PolicyDocument: PolicyDocument }[] =
    properties.Policies ?? [];
  return {
    path: properties.Path ?? '/',
    trust: properties.AssumeRolePolicyDocument,
    ...(properties.Description && { description: properties.Description }),
    maxSessionDuration: Number(properties.MaxSessionDuration ?? 3600),
    managedPolicyArns: properties.ManagedPolicyArns ?? [],
    policies: Object.fromEntries(
      inline.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]),
    ),
    tags: properties.Tags ?? [],
  };
}
