import { describe, expect, it } from 'vitest';
import { createAsk } from '../../../functions/pre-traffic-check/model-client.ts';
import type { AwsCall, SignedCall } from '../../../serving/aws/signed-call.ts';

const { signal } = new AbortController();

function service(answer: { error?: string; payload: string }) {
  const sent: AwsCall[] = [];
  const call: SignedCall = async (each) => {
    sent.push(each);
    const headers = answer.error ? { 'x-amz-function-error': answer.error } : {};
    return { status: 200, headers, body: Buffer.from(answer.payload) };
  };
  return { call, sent };
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
    const { call, sent } = service({ payload: '{"statusCode":200,"body":"{\\"id\\":\\"7\\"}"}' });
    const answer = await createAsk(call, clock(), signal)('arn:plus:3', '/v2/x', { inputs: [] });
    expect(answer).toEqual({ status: 200, body: { id: '7' }, milliseconds: 10 });
    const event = JSON.parse(String(sent[0]?.body));
    expect(sent[0]?.path).toBe('/2015-03-31/functions/arn%3Aplus%3A3/invocations');
    expect(event).toMatchObject({ httpMethod: 'POST', path: '/v2/x', isBase64Encoded: true });
    expect(Buffer.from(event.body, 'base64').toString()).toBe('{"inputs":[]}');
  });

  it('is answered 502 by a function that crashed, as the gateway would', async () => {
    const payload = '{"errorMessage":"out of memory"}';
    const { call } = service({ error: 'Unhandled', payload });
    const answer = await createAsk(call, clock(), signal)('arn:plus:3', '/v2/x', {});
    expect(answer).toEqual({ status: 502, body: payload, milliseconds: 10 });
  });

  it('gives a body that is no JSON as it is', async () => {
    const { call } = service({ payload: '{"statusCode":500,"body":"oh"}' });
    const answer = await createAsk(call, clock(), signal)('arn:plus:3', '/v2/x', {});
    expect(answer.body).toBe('oh');
  });
});
