import type { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createAsk } from '../../../functions/pre-traffic-check/model-client.ts';

const { signal } = new AbortController();

function client(answer: { FunctionError?: string; payload: string }) {
  const sent: { FunctionName: string; Payload: Buffer }[] = [];
  const lambda = {
    send: async ({ input }: { input: (typeof sent)[number] }) => {
      sent.push(input);
      return { FunctionError: answer.FunctionError, Payload: Buffer.from(answer.payload) };
    },
  } as unknown as LambdaClient;
  return { lambda, sent };
}

/** A clock that moves ten milliseconds each time it is read. */
function clock(): () => number {
  let now = 0;
  return () => {
    now += 10;
    return now;
  };
}

describe('A question to the model', () => {
  it("goes out as API Gateway's event, for the version that is meant", async () => {
    const { lambda, sent } = client({ payload: '{"statusCode":200,"body":"{\\"id\\":\\"7\\"}"}' });
    const answer = await createAsk(lambda, clock(), signal)('arn:plus:3', '/v2/x', { inputs: [] });
    expect(answer).toEqual({ status: 200, body: { id: '7' }, milliseconds: 10 });
    const event = JSON.parse(String(sent[0]?.Payload));
    expect(sent[0]?.FunctionName).toBe('arn:plus:3');
    expect(event).toMatchObject({ httpMethod: 'POST', path: '/v2/x', isBase64Encoded: true });
    expect(Buffer.from(event.body, 'base64').toString()).toBe('{"inputs":[]}');
  });

  it('is answered 502 by a function that crashed, as the gateway would', async () => {
    const payload = '{"errorMessage":"out of memory"}';
    const { lambda } = client({ FunctionError: 'Unhandled', payload });
    const answer = await createAsk(lambda, clock(), signal)('arn:plus:3', '/v2/x', {});
    expect(answer).toEqual({ status: 502, body: payload, milliseconds: 10 });
  });

  it('gives a body that is no JSON as it is', async () => {
    const { lambda } = client({ payload: '{"statusCode":500,"body":"oh"}' });
    const answer = await createAsk(lambda, clock(), signal)('arn:plus:3', '/v2/x', {});
    expect(answer.body).toBe('oh');
  });
});
