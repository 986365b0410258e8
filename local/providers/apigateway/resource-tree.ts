import type { MethodDefinition } from './api-definition.ts';
import { type ApiRecord, newId, type ResourceRecord } from './api-store.ts';
import type { ImportedApi } from './openapi-import.ts';

type Resources = Readonly<Record<string, ResourceRecord>>;

export function rootResource(): ResourceRecord {
  return { id: newId(), path: '/', methods: {} };
}

/** Adds the resource `pathPart` below another one. */
export function addResource(
  resources: Resources,
  parentId: string,
  pathPart: string,
): [Resources, ResourceRecord] {
  const parent = resources[parentId];
  const path = parent?.path === '/' ? `/${pathPart}` : `${parent?.path}/${pathPart}`;
  const resource: ResourceRecord = { id: newId(), parentId, pathPart, path, methods: {} };
  return [{ ...resources, [resource.id]: resource }, resource];
}

export function setMethod(
  resources: Resources,
  id: string,
  method: string,
  definition: MethodDefinition | undefined,
): Resources {
  const resource = resources[id] as ResourceRecord;
  const { [method]: _former, ...others } = resource.methods;
  const methods = definition ? { ...others, [method]: definition } : others;
  return { ...resources, [id]: { ...resource, methods } };
}

/** Removes a resource and those below it. */
export function removeResource(resources: Resources, id: string): Resources {
  const path = resources[id]?.path;
  if (path === undefined) return resources;
  const kept = Object.values(resources).filter(
    (each) => each.id !== id && !each.path.startsWith(`${path}/`),
  );
  return Object.fromEntries(kept.map((each) => [each.id, each]));
}

/**
 * An API with a document's content: in place of its own, or over it. Every path of the document
 * becomes a resource, and so does every path on the way to one.
 */
export function importInto(api: ApiRecord, imported: ImportedApi, replace: boolean): ApiRecord {
  const root = api.resources[api.rootResourceId] as ResourceRecord;
  const kept = replace ? [{ ...root, methods: {} }] : Object.values(api.resources);
  const byPath = new Map(kept.map((resource) => [resource.path, resource]));
  for (const [path, methods] of Object.entries(imported.paths)) {
    const resource = growTo(byPath, path);
    byPath.set(resource.path, { ...resource, methods });
  }
  const resources = [...byPath.values()].map((resource) => [resource.id, resource]);
  const former = replace ? {} : api.gatewayResponses;
  return {
    ...api,
    resources: Object.fromEntries(resources),
    gatewayResponses: { ...former, ...imported.gatewayResponses },
  };
}

function growTo(byPath: Map<string, ResourceRecord>, path: string): ResourceRecord {
  let parent = byPath.get('/') as ResourceRecord;
  let current = '';
  for (const pathPart of path.split('/').filter(Boolean)) {
    current += `/${pathPart}`;
    const next = byPath.get(current) ?? {
      id: newId(),
      parentId: parent.id,
      pathPart,
      path: current,
      methods: {},
    };
    byPath.set(current, next);
    parent = next;
  }
  return parent;
}
