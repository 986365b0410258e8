import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../host/aws-error.ts';
import type { CloudHost } from '../host/cloud-host.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery } from './aws-query.ts';
import { type Caller, callerOf } from './caller.ts';
import type { AnswerPlain } from './plain-connection.ts';
import type { Protocol, WireCall, WireReply, WireRequest } from './protocol.ts';
import { restJson } from './rest-json.ts';
import { s3Xml } from './s3/protocol.ts';

/** Answers every request to the cloud: AWS API calls by their service, the rest as API traffic. */
export function dispatch(host: CloudHost, request: IncomingMessage, response: ServerResponse) {
  const caller = callerOf(request);
  if (!caller || caller.service === 'execute-api') {
    answerTraffic(host, request, response);
    return;
  }
  answerCall(host, caller, request, response).catch((error) => {
    // The reply could not be sent: usually the client has gone.
    if (!response.destroyed) host.log.error(`A reply of ${caller.service} was cut off`, error);
    response.destroy();
  });
}

/** Answers plain requests of API traffic; false for every other, which is for `dispatch`. */
export function dispatchPlain(host: CloudHost): AnswerPlain {
  const traffic = [...host.services.values()].find(({ http }) => http);
  return (request, answer) => {
    if (!traffic?.plain || callerOf(request.head)) return false;
    try {
      return traffic.plain(request, answer);
    } catch (error) {
      host.log.error(`${request.head.method} ${request.head.url} failed`, error);
      answer.destroy();
      return true;
    }
  };
}

function answerTraffic(host: CloudHost, request: IncomingMessage, response: ServerResponse): void {
  for (const provider of host.services.values()) {
    if (!provider.http) continue;
    try {
      provider.http(request, response);
    } catch (error) {
      host.log.error(`${request.method} ${request.url} failed`, error);
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"error":"The local cloud failed; its log says why"}');
    }
    return;
  }
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(
    '{"error":"This local cloud serves no API, and the request carries no AWS signature"}',
  );
}

async function answerCall(
  host: CloudHost,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const provider = host.services.get(caller.service) ?? { operations: {}, resources: {} };
  const wire: WireRequest = {
    request,
    url: new URL(request.url ?? '/', 'http://localhost'),
    service: caller.service,
    provider,
    requestId: randomUUID(),
  };
  const protocol = protocolOf(wire);
  let call: WireCall | undefined;
  let reply: WireReply;
  try {
    call = await protocol.read(wire);
    const output = await host.call<Record<string, unknown> | undefined>(
      caller.service,
      call.operation,
      call.input,
    );
    reply = protocol.reply(wire, call, output ?? {});
  } catch (error) {
    if (request.destroyed && !request.complete) return; // the client went away
    reply = protocol.refuse(wire, toAwsError(host, wire, call, error), call);
  }
  await send(response, reply);
}

/** Faults of the cloud itself are logged with the request id that the caller gets, and no more. */
function toAwsError(
  host: CloudHost,
  wire: WireRequest,
  call: WireCall | undefined,
  error: unknown,
): AwsError {
  if (error instanceof AwsError) return error;
  const what = `${wire.service} ${call?.operation ?? wire.request.url}`;
  host.log.error(`${what} failed (request id ${wire.requestId})`, error);
  return new AwsError(
    'InternalFailure',
    `The local cloud failed; its log says why under request id ${wire.requestId}`,
    500,
  );
}

function protocolOf({ service, request, provider }: WireRequest): Protocol {
  if (service === 's3') return s3Xml;
  if (request.headers['x-amz-target']) return awsJson;
  return provider.routes ? restJson : awsQuery;
}

async function send(response: ServerResponse, { status, headers, body }: WireReply): Promise<void> {
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    await pipeline(body, response);
    return;
  }
  if (headers['content-length'] !== undefined || status === 204)
    response.writeHead(status, headers);
  else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
