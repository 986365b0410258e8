import { describe, expect, it } from 'vitest';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import { bodyReply, errorReply, toProxyResult } from '../../../serving/http/http-reply.ts';

describe('A reply', () => {
  it('goes out as text or, when it is bytes, as base64', () => {
    expect(toProxyResult(bodyReply('text', {}))).toMatchObject({
      body: 'text',
      isBase64Encoded: false,
    });
    expect(toProxyResult(bodyReply(Buffer.from([0xff]), {}))).toMatchObject({
      body: '/w==',
      isBase64Encoded: true,
    });
  });

  it('keeps what it does not know to the log', () => {
    const reply = errorReply(new TypeError('secret detail'));
    expect(reply).toMatchObject({ status: 500, code: 'internal' });
    expect(reply.body).not.toContain('secret');
  });

  it('says what an error knows, with its headers', () => {
    const error = new SiskinError('method_not_allowed', 'only GET', { headers: { allow: 'GET' } });
    expect(errorReply(error)).toMatchObject({
      status: 405,
      headers: { 'content-type': 'application/json', allow: 'GET', 'x-siskin-error': error.code },
      body: '{"error":"only GET"}',
    });
    const later = errorReply(new SiskinError('model_not_ready', 'later'));
    expect(later.headers['retry-after']).toBe('1');
  });

  it.each([
    ['text that grows by escaping', '"'.repeat(3_200_000)],
    ['text of wide characters', 'é'.repeat(3_200_000)],
    ['bytes that grow by base64', Buffer.alloc(4_800_000)],
  ])('is an error when it is over what Lambda returns: %s', (_, body) => {
    expect(() => toProxyResult(bodyReply(body, {}))).toThrow('at most 6291456');
    expect(() => toProxyResult(bodyReply(body.slice(0, 3_000_000), {}))).not.toThrow();
  });
});
