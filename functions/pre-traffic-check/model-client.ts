import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

export interface Answer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
  readonly milliseconds: number;
}

/** Asks a model's function as API Gateway would. `target` is the ARN of a version or an alias. */
export type Ask = (target: string, path: string, request: unknown) => Promise<Answer>;

/** `now` counts milliseconds; the signal ends requests that outlive the check. */
export function createAsk(client: LambdaClient, now: () => number, signal: AbortSignal): Ask {
  return async (target, path, request) => {
    const start = now();
    const result = await client.send(
      new InvokeCommand({
        FunctionName: target,
        Payload: Buffer.from(JSON.stringify(proxyEvent(path, request))),
      }),
      { abortSignal: signal },
    );
    const milliseconds = now() - start;
    const payload = Buffer.from(result.Payload ?? []).toString('utf8');
    // A function that crashed or ran out of time answered nothing: the gateway would say 502.
    if (result.FunctionError) return { status: 502, body: payload, milliseconds };
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
