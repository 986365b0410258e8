import { type OperationId, type Route, routes } from '../contract/routes.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';

export interface Match {
  readonly operationId: OperationId;
  /** Path parameters, percent-decoded once. */
  readonly params: Readonly<Record<string, string>>;
}

/** What a request asks for: an operation, or which methods its path has (OPTIONS). */
export type Routed = Match | { readonly allow: string };

export type Router = (method: string, path: string) => Routed | undefined;

interface CompiledRoute {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Routes among those that one kind of function serves; undefined when the path is none of them. */
export function createRouter(servedBy: Route['servedBy']): Router {
  const compiled = routes
    .filter((route) => route.servedBy === servedBy)
    .map((route) => ({ route, segments: route.path.split('/') }));
  // Nearly every request of an environment asks for what the one before did.
  let last: { readonly method: string; readonly path: string; readonly match: Match } | undefined;
  return (method, path) => {
    if (last && last.path === path && last.method === method) return last.match;
    const segments = path.split('/');
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const each of compiled) {
      if (each.route.method === wanted && fits(each.segments, segments)) {
        const match = { operationId: each.route.operationId, params: paramsOf(each, segments) };
        last = { method, path, match };
        return match;
      }
    }
    return unmatched(
      compiled.filter((each) => fits(each.segments, segments)),
      method,
      path,
    );
  };
}

/** The path is none of the routes, or takes other methods. */
function unmatched(
  candidates: readonly CompiledRoute[],
  method: string,
  path: string,
): Routed | undefined {
  if (candidates.length === 0) return undefined;
  const allow = allowOf(candidates);
  if (method === 'OPTIONS') return { allow };
  throw new SiskinError(
    'method_not_allowed',
    `${quote(path)} does not take ${quote(method)}, only ${allow}`,
    { headers: { allow } },
  );
}

// Plain loops: every request comes through here, and closures cost more than the comparing.
function fits(template: readonly string[], segments: readonly string[]): boolean {
  if (template.length !== segments.length) return false;
  for (let index = 0; index < template.length; index += 1) {
    const part = template[index] as string;
    const segment = segments[index] as string;
    if (part !== segment && (segment === '' || !part.startsWith('{'))) return false;
  }
  return true;
}

function paramsOf({ segments: template }: CompiledRoute, segments: readonly string[]) {
  const params: Record<string, string> = {};
  for (let index = 0; index < template.length; index += 1) {
    const part = template[index] as string;
    if (part.startsWith('{')) params[part.slice(1, -1)] = decodeOnce(segments[index] as string);
  }
  return params;
}

export function decodeOnce(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SiskinError(
      'bad_path',
      `the path segment ${quote(segment)} is not percent-encoded UTF-8; write a percent sign as %25`,
    );
  }
}

function allowOf(candidates: readonly CompiledRoute[]): string {
  const methods = candidates.flatMap(({ route }) =>
    route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
  );
  return [...new Set([...methods, 'OPTIONS'])].join(', ');
}
