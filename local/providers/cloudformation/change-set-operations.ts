import { predictChanges } from '../../assembly/predict.ts';
import { parseTemplate } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Operation } from '../../host/provider.ts';
import type { ChangeSet, ChangeSetStore } from './change-set.ts';
import { type DefinitionInput, defineStack } from './definition.ts';
import { describeParameters } from './describe.ts';
import { openScope } from './scope.ts';
import type { Stack } from './stack.ts';
import type { StackDefinition } from './stack-document.ts';
import { checkUpdatable, isSameDefinition, type Stacks } from './stack-operations.ts';

type Chosen = { readonly ChangeSetName: string; readonly StackName?: string };
type Create = DefinitionInput & {
  readonly ChangeSetName: string;
  readonly ChangeSetType?: string;
  readonly Description?: string;
};

/** The CDK CLI takes a change set that failed for this reason for an empty one. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export function createChangeSetOperations(
  context: Stacks,
  changeSets: ChangeSetStore,
): Record<string, Operation> {
  const { host, stacks, running } = context;
  return {
    CreateChangeSet: async (input: Create) => {
      const type = input.ChangeSetType ?? 'UPDATE';
      const known = stacks.find(input.StackName);
      const current = type === 'UPDATE' ? stacks.get(input.StackName) : known;
      checkChangeable(type, current);
      const namesake = changeSets.find(input.ChangeSetName, input.StackName);
      // One of a stack that was deleted went with it.
      if (namesake && namesake.stackId !== current?.stackId) changeSets.delete(namesake.id);
      else if (namesake) {
        throw new AwsError(
          'AlreadyExistsException',
          `ChangeSet ${input.ChangeSetName} cannot be created due to a mismatch with existing attribute Name`,
        );
      }
      const before = type === 'UPDATE' ? current?.document.definition : undefined;
      const definition = await defineStack(host, stacks, input, before);
      const stack = current ?? createForReview(context, input.StackName, definition);
      const changes = await changesOf(context, stack, definition);
      const isEmpty = before !== undefined && isSameDefinition(before, definition);
      const { id } = changeSets.add({
        name: input.ChangeSetName,
        stackId: stack.stackId,
        stackName: stack.stackName,
        type,
        ...(input.Description && { description: input.Description }),
        status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
        ...(isEmpty && { statusReason: NO_CHANGES }),
        executionStatus: isEmpty ? 'UNAVAILABLE' : 'AVAILABLE',
        definition,
        changes,
      });
      return { Id: id, StackId: stack.stackId };
    },

    DescribeChangeSet: ({ ChangeSetName, StackName }: Chosen) =>
      describe(changeSets.get(ChangeSetName, StackName)),

    ListChangeSets: ({ StackName }: { StackName: string }) => ({
      Summaries: changeSets.of(stacks.get(StackName).stackId).map(summarize),
    }),

    DeleteChangeSet: ({ ChangeSetName, StackName }: Chosen) => {
      const found = changeSets.find(ChangeSetName, StackName);
      if (found) changeSets.delete(found.id);
      return {};
    },

    ExecuteChangeSet: (input: Chosen & { DisableRollback?: boolean | string }) => {
      const chosen = changeSets.get(input.ChangeSetName, input.StackName);
      const stack = stacks.get(chosen.stackId);
      if (chosen.executionStatus !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${chosen.id}] cannot be executed in its current status of [${chosen.status}]`,
        );
      }
      checkChangeable(chosen.type, stack);
      obsoleteOthers(changeSets, chosen);
      changeSets.change(chosen.id, { executionStatus: 'EXECUTE_COMPLETE' });
      const disableRollback = String(input.DisableRollback) === 'true';
      const definition = { ...chosen.definition, disableRollback };
      stack.change({ changeSetId: chosen.id });
      if (stack.status === 'REVIEW_IN_PROGRESS') {
        stack.change({ definition });
        running.begin(stack, (deployment) => deployment.create());
      } else running.begin(stack, (deployment) => deployment.update(definition));
      return {};
    },
  };
}

function checkChangeable(type: string, stack: Stack | undefined): void {
  if (type !== 'CREATE' && type !== 'UPDATE') {
    throw new AwsError('ValidationError', `The local cloud lacks change sets of type ${type}`);
  }
  if (type === 'UPDATE' && stack) checkUpdatable(stack);
  if (type === 'CREATE' && stack && stack.status !== 'REVIEW_IN_PROGRESS') {
    throw new AwsError(
      'ValidationError',
      `Stack [${stack.stackName}] already exists and cannot be created again with the changeSet.`,
    );
  }
}

function createForReview({ stacks }: Stacks, name: string, definition: StackDefinition): Stack {
  const stack = stacks.create(name, definition, false);
  stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
}

async function changesOf({ host, stacks }: Stacks, stack: Stack, definition: StackDefinition) {
  const template = parseTemplate(definition.templateBody);
  const { stackName, stackId, resources } = stack;
  return predictChanges(host, template, resources, async (visible) => {
    const scoped = { stackName, stackId, document: { definition }, resources: visible };
    const { scope } = await openScope(host, stacks, scoped, template);
    return scope;
  });
}

/** Executing one change set makes the stack's others worthless. */
function obsoleteOthers(changeSets: ChangeSetStore, chosen: ChangeSet): void {
  for (const other of changeSets.of(chosen.stackId)) {
    if (other.id !== chosen.id) changeSets.change(other.id, { executionStatus: 'OBSOLETE' });
  }
}

function summarize(set: ChangeSet) {
  return {
    ChangeSetId: set.id,
    ChangeSetName: set.name,
    StackId: set.stackId,
    StackName: set.stackName,
    ...(set.description !== undefined && { Description: set.description }),
    CreationTime: new Date(set.created),
    Status: set.status,
    ...(set.statusReason !== undefined && { StatusReason: set.statusReason }),
    ExecutionStatus: set.executionStatus,
  };
}

function describe(set: ChangeSet) {
  return {
    ...summarize(set),
    Parameters: describeParameters(set.definition),
    Capabilities: set.definition.capabilities,
    Tags: set.definition.tags,
    NotificationARNs: [],
    Changes: set.changes.map((change) => ({
      Type: 'Resource',
      ResourceChange: {
        Action: change.action,
        LogicalResourceId: change.logicalId,
        ...(change.physicalId !== undefined && { PhysicalResourceId: change.physicalId }),
        ResourceType: change.type,
        ...(change.replacement && { Replacement: change.replacement }),
        Scope: change.properties.length > 0 ? ['Properties'] : [],
        Details: change.properties.map(({ name, recreates }) => ({
          Target: {
            Attribute: 'Properties',
            Name: name,
            RequiresRecreation: recreates ? 'Always' : 'Never',
          },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        })),
      },
    })),
  };
}
