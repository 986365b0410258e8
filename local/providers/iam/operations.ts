import { AwsError } from '../../host/aws-error.ts';
import type { Operation } from '../../host/provider.ts';
import type { PolicyStore } from './policy.ts';
import type { PolicyDocument, Role, RoleStore } from './role.ts';

type Named = { readonly RoleName: string };
type PolicyOf = Named & { readonly PolicyName: string };
type Attach = Named & { readonly PolicyArn: string };

export function createOperations(
  roles: RoleStore,
  policies: PolicyStore,
): Record<string, Operation> {
  const describe = (role: Role) => ({
    Path: role.path,
    RoleName: role.name,
    RoleId: roles.id(role),
    Arn: roles.arn(role),
    CreateDate: new Date(role.created),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    Tags: role.tags,
  });

  return {
    GetRole: ({ RoleName }: Named) => ({ Role: describe(roles.get(RoleName)) }),

    ListRoles: () => ({ Roles: roles.all().map(describe), IsTruncated: false }),

    CreateRole: (
      input: Named & { AssumeRolePolicyDocument: string; Path?: string; Description?: string },
    ) => {
      const role = roles.create({
        name: input.RoleName,
        path: input.Path ?? '/',
        trust: parseDocument(input.AssumeRolePolicyDocument),
        ...(input.Description && { description: input.Description }),
        maxSessionDuration: 3600,
        managedPolicyArns: [],
        policies: {},
        tags: [],
      });
      return { Role: describe(role) };
    },

    DeleteRole: ({ RoleName }: Named) => {
      const role = roles.get(RoleName);
      if (role.managedPolicyArns.length > 0 || Object.keys(role.policies).length > 0) {
        throw new AwsError('DeleteConflict', `The role ${RoleName} still has policies`, 409);
      }
      roles.delete(RoleName);
    },

    GetRolePolicy: ({ RoleName, PolicyName }: PolicyOf) => {
      const document = roles.get(RoleName).policies[PolicyName];
      if (!document) {
        throw new AwsError('NoSuchEntity', `${RoleName} has no policy ${PolicyName}`, 404);
      }
      return { RoleName, PolicyName, PolicyDocument: encodeDocument(document) };
    },

    PutRolePolicy: ({ RoleName, PolicyName, ...rest }: PolicyOf & { PolicyDocument: string }) =>
      roles.putPolicy(RoleName, PolicyName, parseDocument(rest.PolicyDocument)),

    DeleteRolePolicy: ({ RoleName, PolicyName }: PolicyOf) =>
      roles.deletePolicy(RoleName, PolicyName),

    ListRolePolicies: ({ RoleName }: Named) => ({
      PolicyNames: Object.keys(roles.get(RoleName).policies),
      IsTruncated: false,
    }),

    ...attachment(roles),

    GetPolicy: ({ PolicyArn }: { PolicyArn: string }) => {
      const { arn, name, path, created, description } = policies.get(PolicyArn);
      return {
        Policy: {
          PolicyName: name,
          Arn: arn,
          Path: path,
          Description: description,
          DefaultVersionId: 'v1',
          CreateDate: new Date(created),
        },
      };
    },

    GetPolicyVersion: ({ PolicyArn }: { PolicyArn: string }) => ({
      PolicyVersion: {
        VersionId: 'v1',
        IsDefaultVersion: true,
        Document: encodeDocument(policies.get(PolicyArn).document),
      },
    }),
  };
}

function attachment(roles: RoleStore): Record<string, Operation> {
  const others = (role: Role, arn: string) =>
    role.managedPolicyArns.filter((attached) => attached !== arn);
  return {
    AttachRolePolicy: ({ RoleName, PolicyArn }: Attach) => {
      const role = roles.get(RoleName);
      roles.change(RoleName, { managedPolicyArns: [...others(role, PolicyArn), PolicyArn] });
    },

    DetachRolePolicy: ({ RoleName, PolicyArn }: Attach) => {
      const role = roles.get(RoleName);
      roles.change(RoleName, { managedPolicyArns: others(role, PolicyArn) });
    },

    ListAttachedRolePolicies: ({ RoleName }: Named) => ({
      AttachedPolicies: roles.get(RoleName).managedPolicyArns.map((arn) => ({
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
        PolicyArn: arn,
      })),
      IsTruncated: false,
    }),
  };
}

/** IAM answers documents percent-encoded. */
function encodeDocument(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document));
}

function parseDocument(text: string): PolicyDocument {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', `Not JSON: ${(error as Error).message}`);
  }
}
