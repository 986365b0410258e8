import type { Place } from '../cloud/place.ts';
import { modelOf, physicalId, type Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';

/** What runs a model's batch jobs. */
export interface BatchMachine {
  readonly model: string;
  /** ARN of the state machine. */
  readonly arn: string;
  readonly stackName: string;
}

/** The state machines of all models that have one, or of one model. */
export async function findMachines(stacks: Stacks, only?: string): Promise<BatchMachine[]> {
  const found: BatchMachine[] = [];
  for (const [name, stack] of await stacks.list()) {
    const model = modelOf(stack);
    if (model === undefined || (only !== undefined && model !== only)) continue;
    const arn = physicalId(await stacks.resources(name), 'AWS::StepFunctions::StateMachine');
    if (arn) found.push({ model, arn, stackName: name });
  }
  return found.sort((a, b) => (a.model < b.model ? -1 : 1));
}

/** The model's state machine, or what to do to get one. */
export async function findMachine(
  stacks: Stacks,
  model: string,
  place: Place,
): Promise<BatchMachine> {
  const [machine] = await findMachines(stacks, model);
  if (machine) return machine;
  throw new CommandError(
    `Model ${model} runs no batch jobs on ${place.name}. Put "batch: {}" into its model.yaml and deploy it.`,
    exitCodes.couldNotTry,
  );
}

/** The job queues that the model's workers wait in. */
export async function batchQueues(stacks: Stacks, machine: BatchMachine): Promise<string[]> {
  const resources = await stacks.resources(machine.stackName);
  return resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === 'AWS::Batch::JobQueue' && PhysicalResourceId ? [PhysicalResourceId] : [],
  );
}

/** The platform's bucket for data. */
export async function dataBucket(stacks: Stacks): Promise<string> {
  const resources = await stacks.resources(stacks.platformName);
  const bucket = resources.find(
    ({ ResourceType, LogicalResourceId }) =>
      ResourceType === 'AWS::S3::Bucket' && LogicalResourceId?.startsWith('Data'),
  )?.PhysicalResourceId;
  if (bucket) return bucket;
  throw new CommandError(
    `Stack ${stacks.platformName} has no data bucket. Deploy it first.`,
    exitCodes.couldNotTry,
  );
}
