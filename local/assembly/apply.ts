import { isDeepStrictEqual } from 'node:util';
import type { Host } from '../host/host.ts';
import type { ResourceState, ResourceType } from '../host/provider.ts';
import { runInOrder } from './graph.ts';
import type { Scope } from './intrinsics.ts';
import {
  type Action,
  actionFor,
  type PlannedResource,
  resolveResource,
  type WantedResource,
} from './plan.ts';
import type { ResourceRecord, ResourceRecords, StackLedger } from './resource-record.ts';
import { resourceTypeOf } from './resource-types.ts';

/** What every change of a stack's resources needs. */
export interface ChangeContext {
  readonly host: Host;
  readonly ledger: StackLedger;
  readonly signal: AbortSignal;
}

const REPLACEMENT =
  'Requested update requires the creation of a new physical resource; hence creating one.';

/**
 * Makes the stack's resources what the template wants, each after those it depends on. The old ones
 * of replaced resources stay until the change has succeeded. Rejects when one of them fails.
 */
export async function applyResources(
  context: ChangeContext,
  planned: readonly PlannedResource[],
  scope: Scope,
): Promise<void> {
  const byId = new Map(planned.map((resource) => [resource.logicalId, resource]));
  const dependencies = new Map(planned.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
  // A rollout of minutes need not be waited for once another resource has failed.
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  await runInOrder(dependencies, async (logicalId) => {
    signal.throwIfAborted();
    const resource = byId.get(logicalId) as PlannedResource;
    try {
      await applyResource({ ...context, signal }, resource, scope);
    } catch (error) {
      failure.abort(new Error('Resource change cancelled'));
      throw error;
    }
  });
}

async function applyResource(context: ChangeContext, planned: PlannedResource, scope: Scope) {
  const { host, ledger } = context;
  const current = ledger.resources[planned.logicalId];
  const type = resourceTypeOf(host, planned.declaration.Type);
  const wanted = resolveOrFail(context, planned, scope);
  const action = actionFor(current, wanted, type);
  if (action === 'none') keep(ledger, current as ResourceRecord, wanted);
  else if (action === 'update') await update(context, type, current as ResourceRecord, wanted);
  else await create(context, type, action, current, wanted);
}

/** A reference that cannot be resolved is the failure of the resource that makes it. */
function resolveOrFail(
  { ledger }: ChangeContext,
  planned: PlannedResource,
  scope: Scope,
): WantedResource {
  try {
    return resolveResource(planned, scope);
  } catch (error) {
    const { logicalId, declaration, dependsOn } = planned;
    ledger.report({
      ...(ledger.resources[logicalId] ?? {
        logicalId,
        type: declaration.Type,
        properties: {},
        attributes: {},
        deletionPolicy: 'Delete',
        updateReplacePolicy: 'Delete',
        dependsOn,
      }),
      status: ledger.resources[logicalId] ? 'UPDATE_FAILED' : 'CREATE_FAILED',
      statusReason: (error as Error).message,
    });
    throw error;
  }
}

/** The template may have changed what is kept of an unchanged resource, such as its policies. */
function keep(ledger: StackLedger, current: ResourceRecord, wanted: WantedResource): void {
  const { physicalId, attributes, status } = current;
  const kept = { ...wanted, attributes, status, ...(physicalId !== undefined && { physicalId }) };
  const { updated: _updated, statusReason: _reason, ...before } = current;
  if (!isDeepStrictEqual(before, kept)) ledger.put(kept);
}

async function create(
  context: ChangeContext,
  type: ResourceType,
  action: Action,
  current: ResourceRecord | undefined,
  wanted: WantedResource,
): Promise<void> {
  const { ledger } = context;
  const verb = action === 'replace' ? 'UPDATE' : 'CREATE';
  const begun = { ...wanted, status: `${verb}_IN_PROGRESS` };
  if (action === 'replace') ledger.report({ ...begun, statusReason: REPLACEMENT });
  else ledger.put(begun);
  try {
    const state = await type.create(requestOf(context, wanted, false));
    ledger.put({ ...wanted, ...described(state), status: `${verb}_COMPLETE` });
  } catch (error) {
    const failed = { status: `${verb}_FAILED`, statusReason: reasonOf(error) };
    // A replaced resource is still the old one.
    if (current?.physicalId !== undefined) ledger.report({ ...wanted, ...failed });
    else ledger.put({ ...wanted, ...failed });
    throw error;
  }
}

async function update(
  context: ChangeContext,
  type: ResourceType,
  current: ResourceRecord,
  wanted: WantedResource,
): Promise<void> {
  const { ledger } = context;
  const { physicalId = '', attributes } = current;
  const begun = { ...wanted, physicalId, attributes };
  ledger.put({ ...begun, status: 'UPDATE_IN_PROGRESS' });
  try {
    await runUpdate(context, type, current, wanted, false);
  } catch (error) {
    ledger.put({ ...begun, status: 'UPDATE_FAILED', statusReason: reasonOf(error) });
    throw error;
  }
}

async function runUpdate(
  context: ChangeContext,
  type: ResourceType,
  current: ResourceRecord,
  wanted: WantedResource,
  rollingBack: boolean,
): Promise<void> {
  const { physicalId = '', properties, attributes } = current;
  const request = requestOf(context, wanted, rollingBack);
  const was = { physicalId, properties, attributes };
  const state = type.update ? await type.update(request, was) : was;
  context.ledger.put({ ...wanted, ...described(state), status: 'UPDATE_COMPLETE' });
}

/** Updates every changed resource back to what it was before, in the order of its dependencies. */
export async function revertResources(
  context: ChangeContext,
  before: ResourceRecords,
  skip: readonly string[],
): Promise<void> {
  const { host, ledger } = context;
  const records = Object.values(before);
  const dependencies = new Map(records.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
  await runInOrder(dependencies, async (logicalId) => {
    context.signal.throwIfAborted();
    const wanted = before[logicalId] as ResourceRecord;
    const current = ledger.resources[logicalId];
    const same = current?.physicalId === wanted.physicalId && current?.type === wanted.type;
    if (!current || !same || skip.includes(logicalId)) {
      ledger.restore(wanted);
      return;
    }
    if (isDeepStrictEqual(current.properties, wanted.properties)) {
      ledger.restore({ ...wanted, status: current.status });
      return;
    }
    ledger.put({ ...current, status: 'UPDATE_IN_PROGRESS' });
    try {
      await runUpdate(context, resourceTypeOf(host, wanted.type), current, wanted, true);
    } catch (error) {
      ledger.put({ ...current, status: 'UPDATE_FAILED', statusReason: reasonOf(error) });
      throw error;
    }
  });
}

function requestOf(
  { ledger, signal }: ChangeContext,
  wanted: WantedResource,
  rollingBack: boolean,
) {
  return {
    stackName: ledger.stackName,
    stackId: ledger.stackId,
    logicalId: wanted.logicalId,
    properties: wanted.properties,
    ...(wanted.updatePolicy && { updatePolicy: wanted.updatePolicy }),
    rollingBack,
    signal,
  };
}

function described({ physicalId, attributes = {} }: ResourceState) {
  return { physicalId, attributes };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
