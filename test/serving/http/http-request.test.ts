import { describe, expect, it } from 'vitest';
import { fromProxyEvent } from '../../../serving/http/http-request.ts';
import type { Trace } from '../../../serving/telemetry/trace.ts';
import { gatewayEvent } from '../../fixtures/predict-function.ts';

const trace: Trace = { requestId: 'r', start: 0, isInference: false, coldStart: false };
const parse = (event: unknown, context: unknown = {}) => fromProxyEvent(event, context, trace);

describe('A request from a proxy event', () => {
  it('finds headers in any case, and has none when the event has none', () => {
    const headers = { 'Inference-Header-Content-Length': '5' };
    const request = parse(gatewayEvent('post', '/x', 'body', headers));
    expect(request.method).toBe('POST');
    expect(request.header('inference-header-content-length')).toBe('5');
    expect(request.header('constructor')).toBeUndefined();
    expect(parse({ httpMethod: 'GET', path: '/', headers: null }).header('accept')).toBeUndefined();
  });

  it('writes its body into the room that it is given', () => {
    const room = Buffer.alloc(20);
    const bytes = parse(gatewayEvent('POST', '/', 'héllo')).body((length) =>
      room.subarray(3, 3 + length),
    );
    expect(bytes.toString()).toBe('héllo');
    expect(bytes.buffer).toBe(room.buffer);
    expect(bytes.byteOffset).toBe(room.byteOffset + 3);
  });

  it('reads base64 that is broken into lines', () => {
    const event = { httpMethod: 'POST', path: '/', body: 'aGVs\r\nbG8=', isBase64Encoded: true };
    expect(parse(event).body().toString()).toBe('hello');
  });

  it('reads a body that is not in base64, and none', () => {
    expect(parse({ httpMethod: 'POST', path: '/', body: 'héllo' }).body().toString()).toBe('héllo');
    expect(parse({ httpMethod: 'POST', path: '/', body: null }).body()).toHaveLength(0);
  });

  it('asks the context for id and time, which may be missing', () => {
    const event = gatewayEvent('GET', '/');
    const context = { awsRequestId: 'id', getRemainingTimeInMillis: () => 5 };
    expect(parse(event, context).requestId).toBe('id');
    expect(parse(event, context).remainingMillis()).toBe(5);
    expect(parse(event, null).requestId).toBe('r');
    expect(parse(event, null).remainingMillis()).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([undefined, null, 'text', [], {}, { httpMethod: 'GET' }, { httpMethod: 1, path: '/' }])(
    'is refused for the event %j',
    (event) => {
      expect(() => parse(event)).toThrow('API Gateway REST proxy events');
    },
  );
});
