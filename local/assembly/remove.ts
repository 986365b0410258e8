import { type ChangeContext, reasonOf } from './apply.ts';
import { reversed, runInOrder } from './graph.ts';
import { dependenciesAmong, type ResourceRecord } from './resource-record.ts';
import { resourceTypeOf } from './resource-types.ts';

export interface Removal {
  readonly record: ResourceRecord;
  /** Keeps the resource itself: the stack merely forgets it. */
  readonly retain: boolean;
}

/**
 * Deletes resources, dependents before what they depend on. One that fails stops those it depends
 * on and no others; all failures are told at the end.
 */
export async function removeResources(
  context: ChangeContext,
  removals: readonly Removal[],
): Promise<void> {
  const byId = new Map(removals.map((removal) => [removal.record.logicalId, removal]));
  const dependents = reversed(dependenciesAmong(removals.map(({ record }) => record)));
  const failed = new Map<string, unknown>();
  await runInOrder(dependents, async (logicalId) => {
    context.signal.throwIfAborted();
    if (dependents.get(logicalId)?.some((dependent) => failed.has(dependent))) return;
    try {
      await remove(context, byId.get(logicalId) as Removal);
    } catch (error) {
      failed.set(logicalId, error);
    }
  });
  context.signal.throwIfAborted();
  if (failed.size > 0) throw new RemovalFailed([...failed.keys()]);
}

/** The resources that could not be deleted. */
export class RemovalFailed extends Error {
  readonly logicalIds: readonly string[];

  constructor(logicalIds: readonly string[]) {
    super(`The following resource(s) failed to delete: [${logicalIds.join(', ')}].`);
    this.logicalIds = logicalIds;
  }
}

async function remove({ host, ledger }: ChangeContext, { record, retain }: Removal) {
  const { logicalId, physicalId, type, properties, attributes } = record;
  const { stackName, stackId } = ledger;
  const forget = () => {
    // A replaced resource's successor has its logical id: only the old one is forgotten.
    if (ledger.resources[logicalId]?.physicalId === physicalId) ledger.drop(logicalId);
  };
  if (retain || physicalId === undefined) {
    if (physicalId !== undefined) ledger.report({ ...record, status: 'DELETE_SKIPPED' });
    forget();
    return;
  }
  ledger.report({ ...record, status: 'DELETE_IN_PROGRESS' });
  try {
    await resourceTypeOf(host, type).delete(
      { physicalId, properties, attributes },
      { stackName, stackId, logicalId },
    );
  } catch (error) {
    const failed = { status: 'DELETE_FAILED', statusReason: reasonOf(error) };
    if (ledger.resources[logicalId]?.physicalId === physicalId)
      ledger.put({ ...record, ...failed });
    else ledger.report({ ...record, ...failed });
    throw error;
  }
  ledger.report({ ...record, status: 'DELETE_COMPLETE' });
  forget();
}

/** Whether a policy keeps a resource that the stack gives up. */
export function isRetained(policy: string, undoingCreation: boolean): boolean {
  return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !undoingCreation);
}
