import { AwsError } from '../host/aws-error.ts';
import { readBody } from './body.ts';
import { fromJson, toJson } from './json.ts';
import type { Protocol, WireRequest } from './protocol.ts';

/** AWS JSON 1.0 and 1.1: one path, the operation in a header. */
export const awsJson: Protocol = {
  async read({ request }) {
    const target = String(request.headers['x-amz-target']);
    return {
      operation: target.slice(target.lastIndexOf('.') + 1),
      input: fromJson(await readBody(request)),
    };
  },

  reply(wire, _call, output) {
    return { status: 200, headers: headersOf(wire), body: toJson(output) };
  },

  refuse(wire, error) {
    const headers = headersOf(wire);
    if (wire.request.headers['x-amzn-query-mode']) {
      // Clients of services that came from the query protocol look here for the error's old name.
      headers['x-amzn-query-error'] = `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`;
    }
    return {
      status: error.status,
      headers,
      body: toJson({ __type: error.code, message: error.message }),
    };
  },
};

function headersOf({ request, requestId }: WireRequest): Record<string, string> {
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  return { 'content-type': type, 'x-amzn-requestid': requestId };
}

/** The error of a request that no protocol can read. */
export function unreadable(service: string): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `The local cloud cannot read this request to ${service}: it is in none of the protocols it knows`,
  );
}
