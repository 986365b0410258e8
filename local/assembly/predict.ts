import type { Host } from '../host/host.ts';
import { inOrder } from './graph.ts';
import type { Scope } from './intrinsics.ts';
import {
  actionFor,
  changedProperties,
  plannedResources,
  recreates,
  resolveResource,
} from './plan.ts';
import type { ResourceRecord, ResourceRecords } from './resource-record.ts';
import { resourceTypeOf } from './resource-types.ts';
import type { Template } from './template.ts';

/** One line of a change set. */
export interface PredictedChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly properties: readonly PredictedProperty[];
}

export interface PredictedProperty {
  readonly name: string;
  /** Whether its change takes a new resource. */
  readonly recreates: boolean;
}

/** How CloudFormation writes a value that there will be only after the change. */
const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

type Visible = Record<string, { physicalId?: string; attributes: Record<string, unknown> }>;

/** What a template would change about a stack's resources, as far as that can be told before. */
export async function predictChanges(
  host: Host,
  template: Template,
  current: ResourceRecords,
  openScope: (visible: Visible) => Promise<Scope>,
): Promise<PredictedChange[]> {
  const visible: Visible = {};
  const scope = await openScope(visible);
  const planned = new Map(
    plannedResources(template, scope).map((resource) => [resource.logicalId, resource]),
  );
  const dependencies = new Map(
    [...planned.values()].map(({ logicalId, dependsOn }) => [logicalId, dependsOn]),
  );
  const changes: PredictedChange[] = [];
  for (const logicalId of inOrder(dependencies)) {
    const resource = planned.get(logicalId);
    if (!resource) continue;
    const record = current[logicalId];
    const change = record && predictChange(host, record, () => resolveResource(resource, scope));
    if (change) changes.push(change);
    const isNew = !record || change?.replacement === 'True';
    if (!record) changes.push(addition(logicalId, resource.declaration.Type));
    visible[logicalId] = isNew ? unknownResource() : record;
  }
  const removed = Object.values(current).filter(({ logicalId }) => !planned.has(logicalId));
  return [...changes, ...removed.map(removal)];
}

function predictChange(
  host: Host,
  record: ResourceRecord,
  resolve: () => ReturnType<typeof resolveResource>,
): PredictedChange | undefined {
  const modify = { ...identify(record), action: 'Modify' as const };
  let wanted: ReturnType<typeof resolveResource>;
  try {
    wanted = resolve();
  } catch {
    // A function of something unknown, such as a part of an ARN that is not there yet.
    return { ...modify, replacement: 'Conditional', properties: [] };
  }
  const type = resourceTypeOf(host, wanted.type);
  const action = actionFor(record, wanted, type);
  if (action === 'none') return undefined;
  const properties = changedProperties(record.properties, wanted.properties).map((name) => ({
    name,
    recreates: recreates(type, name),
  }));
  return { ...modify, replacement: action === 'replace' ? 'True' : 'False', properties };
}

function addition(logicalId: string, type: string): PredictedChange {
  return { action: 'Add', logicalId, type, properties: [] };
}

function removal(record: ResourceRecord): PredictedChange {
  return { ...identify(record), action: 'Remove', properties: [] };
}

function identify({ logicalId, physicalId, type }: ResourceRecord) {
  return { logicalId, type, ...(physicalId !== undefined && { physicalId }) };
}

/** A resource that will be: whatever is asked of it is known after the change. */
function unknownResource(): Visible[string] {
  const attributes = new Proxy<Record<string, unknown>>(
    {},
    {
      get: () => KNOWN_AFTER_APPLY,
      getOwnPropertyDescriptor: () => ({
        configurable: true,
        enumerable: true,
        value: KNOWN_AFTER_APPLY,
      }),
    },
  );
  return { physicalId: KNOWN_AFTER_APPLY, attributes };
}
