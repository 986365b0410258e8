import { isDeepStrictEqual } from 'node:util';
import type { ResourceType } from '../host/provider.ts';
import { dependenciesOf } from './graph.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { ResourceRecord } from './resource-record.ts';
import type { ResourceDeclaration, Template } from './template.ts';

/** A resource as the template wants it, before it is known what its references will be. */
export interface PlannedResource {
  readonly logicalId: string;
  readonly declaration: ResourceDeclaration;
  readonly dependsOn: readonly string[];
}

/** The resources whose conditions hold, with what each of them has to wait for. */
export function plannedResources(template: Template, scope: Scope): PlannedResource[] {
  const included = Object.fromEntries(
    Object.entries(template.Resources).filter(
      ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
    ),
  );
  return Object.entries(included).map(([logicalId, declaration]) => ({
    logicalId,
    declaration,
    dependsOn: dependenciesOf(logicalId, declaration, included),
  }));
}

/** A resource as it is to be, with every reference resolved. */
export type WantedResource = Omit<ResourceRecord, 'status' | 'updated' | 'physicalId'>;

export function resolveResource(planned: PlannedResource, scope: Scope): WantedResource {
  const { logicalId, declaration, dependsOn } = planned;
  const { DeletionPolicy, Type, UpdatePolicy, UpdateReplacePolicy } = declaration;
  return {
    logicalId,
    type: Type,
    properties: resolve(declaration.Properties ?? {}, scope) as Record<string, unknown>,
    attributes: {},
    ...(UpdatePolicy !== undefined && {
      updatePolicy: resolve(UpdatePolicy, scope) as Record<string, unknown>,
    }),
    deletionPolicy: DeletionPolicy ?? 'Delete',
    updateReplacePolicy: UpdateReplacePolicy ?? 'Delete',
    dependsOn,
  };
}

export type Action = 'create' | 'update' | 'replace' | 'none';

/** What has to be done to turn the resource that is into the one that is wanted. */
export function actionFor(
  current: ResourceRecord | undefined,
  wanted: WantedResource,
  type: ResourceType,
): Action {
  if (current?.physicalId === undefined) return 'create';
  if (current.type !== wanted.type) return 'replace';
  const changed = changedProperties(current.properties, wanted.properties);
  // What an earlier change has left half done is done again, whatever the properties say.
  if (changed.length === 0) return current.status.endsWith('_FAILED') ? 'update' : 'none';
  return changed.some((name) => recreates(type, name)) ? 'replace' : 'update';
}

/** Whether a change of this property makes a new resource. */
export function recreates({ update, replaceOn }: ResourceType, property: string): boolean {
  return !update || replaceOn === 'any' || (replaceOn?.includes(property) ?? false);
}

export function changedProperties(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
