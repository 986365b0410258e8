import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../functions/endpoint-proxy/endpoint-failure.ts';
import { SiskinError } from '../../../serving/error/siskin-error.ts';

const failure = (name: string, fields: object = {}) =>
  Object.assign(new Error('text'), { name, ...fields });
const modelError = (status: number, original: string) =>
  failure('ModelError', { OriginalStatusCode: status, OriginalMessage: original });

describe('A failure of an endpoint', () => {
  it.each<[number, string, string, string]>([
    [400, '{"error":"no such shape"}', 'signature_mismatch', 'no such shape'],
    [404, '{"error":"unknown model"}', 'model_not_ready', 'unknown model'],
    [413, '{"error":"too large"}', 'body_too_large', 'too large'],
    [422, 'not json', 'signature_mismatch', 'not json'],
    [429, '{"error":"busy"}', 'model_not_ready', 'busy'],
    [500, '{"error":"the model failed: 1"}', 'model_error', 'the model failed: 1'],
    [500, '<html>', 'model_error', '<html>'],
    [500, '', 'model_error', 'text'],
    [501, '{"error":"not here"}', 'not_offered', 'not here'],
    [503, '{"error":"loading"}', 'model_not_ready', 'loading'],
    [504, '{"error":"late"}', 'deadline_exceeded', 'late'],
    [0, 'Your invocation timed out while waiting', 'deadline_exceeded', 'waits for an answer'],
    [0, 'the connection was reset', 'model_not_ready', 'ended before it answered'],
  ])("unwraps a container's %i %s as %s", (status, original, code, message) => {
    const error = failureOf(modelError(status, original));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(error.cause).toMatchObject({ name: 'ModelError' });
  });

  it('is worth another try when the endpoint is busy, changing or out of reach', () => {
    for (const cause of [
      failure('ThrottlingException'),
      failure('ServiceUnavailable'),
      failure('ModelNotReadyException'),
      failure('InternalFailure'),
      failure('InternalDependencyException', { $metadata: { httpStatusCode: 530 } }),
      failure('Error', { code: 'ECONNREFUSED' }),
      failure('Error', { code: 'ECONNRESET' }),
      failure('ValidationError', { message: 'Endpoint m of account 1 not found.' }),
    ]) {
      expect(failureOf(cause).code).toBe('model_not_ready');
    }
  });

  it('says how long an endpoint takes that has scaled to zero', () => {
    const message = 'Inference Component has no capacity to process this request. ...';
    expect(failureOf(failure('ValidationError', { message }))).toMatchObject({
      code: 'model_not_ready',
      message: expect.stringContaining('scaled to zero'),
      headers: { 'retry-after': '60' },
    });
  });

  it('is ours, and kept from the caller, when the front itself is refused', () => {
    for (const cause of [failure('ValidationError'), failure('AccessDeniedException')]) {
      const error = failureOf(cause);
      expect(error).toMatchObject({ code: 'internal', cause });
      expect(error.message).not.toContain('text');
    }
  });

  it('names other routes for what an endpoint does not take', () => {
    const cause = failure('Error', { $metadata: { httpStatusCode: 413 } });
    expect(failureOf(cause)).toMatchObject({
      code: 'body_too_large',
      message: expect.stringMatching(/batch job.*sagemaker\.async/),
    });
  });

  it('stays what it is when it is one of ours already', () => {
    const error = new SiskinError('request_timeout', 'late');
    expect(failureOf(error)).toBe(error);
  });
});
