import type { ApiStore, StageRecord } from './api-store.ts';

/** Which stage a request is for, and the path within it. */
export interface Address {
  readonly stage: StageRecord;
  readonly path: string;
}

/** Why a request is for no stage. */
export interface Nowhere {
  readonly status: number;
  readonly message: string;
}

/**
 * Finds the stage that a request means: by host `<api>.execute-api.localhost/<stage>/...` as in
 * AWS, by path `/_apis/<api>/<stage>/...`, or, with a single stage deployed, simply that one.
 */
export function locate(store: ApiStore, host: string, path: string): Address | Nowhere {
  const api = /^([a-z0-9]+)\.execute-api\./i.exec(host)?.[1];
  if (api) return inApi(store, api.toLowerCase(), path);
  const named = /^\/_apis\/([a-z0-9]+)(\/.*)?$/i.exec(path);
  if (named) return inApi(store, named[1] as string, named[2] ?? '/');
  const stages = store.stages.values();
  const [only] = stages;
  if (only && stages.length === 1) return { stage: only, path };
  if (!only) return { status: 503, message: 'No REST API is deployed yet' };
  const places = stages.map(({ restApiId, stageName }) => `/_apis/${restApiId}/${stageName}/`);
  return {
    status: 404,
    message: `${stages.length} stages are deployed; put the one you mean before the path: ${places.join(', ')}`,
  };
}

function inApi(store: ApiStore, api: string, path: string): Address | Nowhere {
  const [, name = '', rest = ''] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const stage = store.stages.get(`${api}/${name}`);
  if (stage) return { stage, path: rest === '' ? '/' : rest };
  const known = store.stagesOf(api).map(({ stageName }) => stageName);
  return {
    status: 403,
    message: `API ${api} has no stage '${name}'; it has ${known.join(', ') || 'none'}`,
  };
}

/** Path and query of a request's target. */
export function splitTarget(url: string): [path: string, query: string] {
  // HTTP asks every server to take a target with the host in it.
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
