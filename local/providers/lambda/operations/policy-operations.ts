import { AwsError } from '../../../host/aws-error.ts';
import type { Operation } from '../../../host/provider.ts';
import { type FunctionReference, parseFunctionName } from '../function-name.ts';
import type { PolicyStatement } from '../function-store.ts';
import type { Parts } from '../parts.ts';

/** Resource policies are kept and told; the local cloud asks nobody for permission. */
export function policyOperations({ host, store }: Parts): Record<string, Operation> {
  const statements = ({ name, qualifier = '' }: FunctionReference) =>
    store.attributes(name).policies[qualifier] ?? [];
  const replace = ({ name, qualifier = '' }: FunctionReference, next: PolicyStatement[]) =>
    store.setAttributes(name, {
      policies: { ...store.attributes(name).policies, [qualifier]: next },
    });
  return {
    AddPermission: (input) => {
      const reference = parseFunctionName(input.FunctionName, input.Qualifier);
      store.resolve(reference.name, reference.qualifier);
      const present = statements(reference);
      if (present.some(({ Sid }) => Sid === input.StatementId)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          409,
        );
      }
      const statement = newStatement(host.arn('lambda', resource(reference)), input);
      replace(reference, [...present, statement]);
      return { Statement: JSON.stringify(statement) };
    },
    RemovePermission: (input) => {
      const reference = parseFunctionName(input.FunctionName, input.Qualifier);
      const present = statements(reference);
      const left = present.filter(({ Sid }) => Sid !== input.StatementId);
      if (left.length === present.length) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      replace(reference, left);
    },
    GetPolicy: (input) => {
      const reference = parseFunctionName(input.FunctionName, input.Qualifier);
      const Statement = statements(reference);
      if (Statement.length === 0) {
        throw notFound('The resource you requested does not exist.');
      }
      return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement }) };
    },
  };
}

function newStatement(arn: string, input: Record<string, string>): PolicyStatement {
  const { Principal = '', SourceArn, SourceAccount } = input;
  const condition = {
    ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(SourceAccount && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
  };
  return {
    Sid: String(input.StatementId),
    Effect: 'Allow',
    Principal: Principal.includes('.') ? { Service: Principal } : { AWS: Principal },
    Action: input.Action,
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function resource({ name, qualifier }: FunctionReference): string {
  return qualifier === undefined ? `function:${name}` : `function:${name}:${qualifier}`;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}
