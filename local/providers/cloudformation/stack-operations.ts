import { isDeepStrictEqual } from 'node:util';
import { parseTemplate } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Operation } from '../../host/provider.ts';
import { type DefinitionInput, defineStack } from './definition.ts';
import { refuseIfImported } from './outputs.ts';
import type { RunningDeployments } from './running.ts';
import type { Stack } from './stack.ts';
import type { StackDefinition } from './stack-document.ts';
import type { StackStore } from './stack-store.ts';

export interface Stacks {
  readonly host: Host;
  readonly stacks: StackStore;
  readonly running: RunningDeployments;
}

type Named = { readonly StackName: string };

/** Operations that change stacks. They answer at once; the change goes on by itself. */
export function createStackOperations({
  host,
  stacks,
  running,
}: Stacks): Record<string, Operation> {
  return {
    CreateStack: async (
      input: DefinitionInput & { EnableTerminationProtection?: boolean | string },
    ) => {
      const definition = await defineStack(host, stacks, input);
      const isProtected = String(input.EnableTerminationProtection) === 'true';
      const stack = stacks.create(input.StackName, definition, isProtected);
      running.begin(stack, (deployment) => deployment.create());
      return { StackId: stack.stackId };
    },

    UpdateStack: async (input: DefinitionInput) => {
      const stack = stacks.get(input.StackName);
      checkUpdatable(stack);
      const current = stack.document.definition;
      const definition = await defineStack(host, stacks, input, current);
      checkUpdatable(stack);
      if (isSameDefinition(current, definition)) {
        throw new AwsError('ValidationError', 'No updates are to be performed.');
      }
      running.begin(stack, (deployment) => deployment.update(definition));
      return { StackId: stack.stackId };
    },

    DeleteStack: ({ StackName }: Named) => {
      const stack = stacks.find(StackName);
      if (!stack || stack.document.deleted !== undefined) return;
      checkDeletable(stacks, stack);
      running.begin(stack, (deployment) => deployment.delete());
    },

    CancelUpdateStack: ({ StackName }: Named) => {
      const stack = stacks.get(StackName);
      if (stack.status !== 'UPDATE_IN_PROGRESS') throw wrongState(stack, 'updated');
      running.cancel(stack);
    },

    ContinueUpdateRollback: (input: Named & { ResourcesToSkip?: string[] | '' }) => {
      const stack = stacks.get(input.StackName);
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED') throw wrongState(stack, 'rolled back');
      const skip = input.ResourcesToSkip || [];
      running.begin(stack, (deployment) => deployment.rollBackUpdate(undefined, skip));
      return {};
    },

    RollbackStack: ({ StackName }: Named) => {
      const stack = stacks.get(StackName);
      if (stack.status === 'UPDATE_FAILED') {
        running.begin(stack, (deployment) => deployment.rollBackUpdate('User Initiated'));
      } else if (stack.status === 'CREATE_FAILED') {
        running.begin(stack, (deployment) => deployment.rollBackCreation('User Initiated'));
      } else throw wrongState(stack, 'rolled back');
      return { StackId: stack.stackId };
    },

    UpdateTerminationProtection: (
      input: Named & { EnableTerminationProtection: boolean | string },
    ) => {
      const stack = stacks.get(input.StackName);
      stack.change({ terminationProtection: String(input.EnableTerminationProtection) === 'true' });
      return { StackId: stack.stackId };
    },
  };
}

const updatable = new Set([
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
]);

export function checkUpdatable(stack: Stack): void {
  if (!updatable.has(stack.status)) throw wrongState(stack, 'updated');
}

function wrongState({ stackId, status }: Stack, participle: string): AwsError {
  return new AwsError(
    'ValidationError',
    `Stack:${stackId} is in ${status} state and can not be ${participle}.`,
  );
}

/** Whether a change would change nothing: equal templates, parameters and tags. */
export function isSameDefinition(before: StackDefinition, after: StackDefinition): boolean {
  const sameTemplate =
    before.templateBody === after.templateBody ||
    isDeepStrictEqual(parseTemplate(before.templateBody), parseTemplate(after.templateBody));
  return (
    sameTemplate &&
    isDeepStrictEqual(before.parameters, after.parameters) &&
    isDeepStrictEqual(before.tags, after.tags)
  );
}

function checkDeletable(stacks: StackStore, stack: Stack): void {
  const { status, stackName, document } = stack;
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') {
    throw wrongState(stack, 'deleted');
  }
  if (document.terminationProtection) {
    throw new AwsError(
      'ValidationError',
      `Stack [${stackName}] cannot be deleted while TerminationProtection is enabled`,
    );
  }
  for (const { exportName } of document.outputs) {
    if (exportName !== undefined) refuseIfImported(stacks, exportName, 'deleted');
  }
}
