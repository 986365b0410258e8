import type { SignedCall } from '../../serving/aws/signed-call.ts';

export interface Answer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
  readonly milliseconds: number;
}

/** Asks a model's function as API Gateway would. `target` is the ARN of a version or an alias. */
export type Ask = (target: string, path: string, request: unknown) => Promise<Answer>;

/** `now` counts milliseconds; the signal ends requests that outlive the check. */
export function createAsk(call: SignedCall, now: () => number, signal: AbortSignal): Ask {
  return async (target, path, request) => {
    const start = now();
    const { headers, body: answer } = await call({
      service: 'lambda',
      operation: 'Invoke',
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(target)}/invocations`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(proxyEvent(path, request)),
      signal,
    });
    const milliseconds = now() - start;
    const payload = answer.toString('utf8');
    // A function that crashed or ran out of time answered nothing: the gateway would say 502.
    if (headers['x-amz-function-error']) return { status: 502, body: payload, milliseconds };
    const { statusCode, body } = JSON.parse(payload);
    return { status: statusCode, body: parsed(body), milliseconds };
  };
}

/** The members of API Gateway's proxy event that the functions read, in the gateway's form. */
function proxyEvent(path: string, request: unknown) {
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: 'POST',
    headers: { 'Content-Type': 'application/json' },
    multiValueHeaders: { 'Content-Type': ['application/json'] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { httpMethod: 'POST', path, protocol: 'HTTP/1.1' },
    body: Buffer.from(JSON.stringify(request)).toString('base64'),
    isBase64Encoded: true,
  };
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
