import { AwsError } from '../host/aws-error.ts';
import type { Provider, Route } from '../host/provider.ts';
import { readBody } from './body.ts';
import { fromJson, toJson } from './json.ts';
import type { Protocol, WireCall, WireRequest } from './protocol.ts';

interface Match {
  readonly route: Route;
  readonly labels: Record<string, string>;
}

/** REST JSON: method and path name the operation (Lambda, API Gateway, Batch). */
export const restJson: Protocol = {
  async read(wire) {
    const { route, labels } = matchOf(wire);
    const body = await readBody(wire.request);
    const members = route.inputBlob ? { [route.inputBlob]: body } : fromJson(body);
    return {
      operation: route.operation,
      input: { ...members, ...queryMembers(wire.url), ...renamedMembers(wire, route), ...labels },
    };
  },

  reply(wire, call, output) {
    const route = routeOf(wire.provider, call);
    const headers: Record<string, string> = { 'x-amzn-requestid': wire.requestId };
    const members: Record<string, unknown> = { ...output };
    for (const [member, name] of Object.entries(route?.outputHeaders ?? {})) {
      if (members[member] !== undefined) headers[name] = String(members[member]);
      delete members[member];
    }
    for (const [member, name] of Object.entries(route?.outputNames ?? {})) {
      if (members[member] !== undefined) members[name] = members[member];
      delete members[member];
    }
    const named = route?.outputStatus && members[route.outputStatus];
    if (route?.outputStatus) delete members[route.outputStatus];
    const status = typeof named === 'number' ? named : (route?.status ?? 200);
    if (route?.outputBlob) {
      const blob = members[route.outputBlob];
      return { status, headers, body: (blob as Buffer | undefined) ?? '' };
    }
    headers['content-type'] = 'application/json';
    return { status, headers, body: status === 204 ? '' : toJson(members) };
  },

  refuse({ requestId }, error) {
    return {
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
      },
      // Lambda's clients read Message, the others message.
      body: toJson({
        Type: error.code,
        message: error.message,
        Message: error.message,
        ...error.members,
      }),
    };
  },
};

function routeOf(provider: Provider, call: WireCall): Route | undefined {
  return provider.routes?.find((route) => route.operation === call.operation);
}

function matchOf({ provider, request, url, service }: WireRequest): Match {
  for (const route of provider.routes ?? []) {
    if (route.method !== request.method) continue;
    const labels = matchPath(route.path, url.pathname);
    if (labels) return { route, labels };
  }
  throw new AwsError(
    'UnknownOperationException',
    `The local cloud lacks the operation ${request.method} ${url.pathname} of ${service}`,
    404,
  );
}

/** The values of a path's labels; undefined when the path is another one. `{x+}` takes the rest. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const steps = pattern.split('/').filter(Boolean);
  const parts = path.split('/').filter(Boolean);
  const labels: Record<string, string> = {};
  for (const [index, step] of steps.entries()) {
    const label = /^\{(.+?)(\+?)\}$/.exec(step);
    const part = parts[index];
    if (part === undefined) return undefined;
    if (label?.[2]) {
      labels[label[1] as string] = parts.slice(index).map(decode).join('/');
      return labels;
    }
    if (label) labels[label[1] as string] = decode(part);
    else if (step !== part) return undefined;
  }
  return parts.length === steps.length ? labels : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError('SerializationException', `The path's part ${part} is not percent-encoded`);
  }
}

/** Query parameters; one that is repeated is a list. */
function queryMembers(url: URL): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    members[name] = values.length > 1 ? values : values[0];
  }
  return members;
}

function renamedMembers({ request, url }: WireRequest, route: Route): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [member, name] of Object.entries(route.inputNames ?? {})) {
    const value = request.headers[name.toLowerCase()] ?? url.searchParams.get(name);
    if (value !== null && value !== undefined) members[member] = value;
  }
  return members;
}
