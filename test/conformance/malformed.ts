import { describe, expect, it } from 'vitest';
import { bodyCases } from './malformed-bodies.ts';
import { exchange, rawRequest } from './raw-http.ts';
import { expectError, json } from './requests.ts';

const good = JSON.stringify({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }],
});
const infer = '/v2/models/matrix/infer';
const post = (headers: string[], rest = '') =>
  Buffer.concat([rawRequest('POST', infer, headers), Buffer.from(rest)]);
const chunked = 'Transfer-Encoding: chunked';

/** Requests that no HTTP client sends, over a bare connection. After each, a good one is answered. */
export function describeMalformed(port: () => number): void {
  const only = async (bytes: Uint8Array) => {
    const answers = await exchange(port(), bytes);
    expect(answers).toHaveLength(1);
    return answers[0] as (typeof answers)[0];
  };
  const expectGood = async () => {
    const answer = await only(rawRequest('POST', infer, [], good));
    expect(json(answer).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
  };

  describe('What is hardly HTTP', () => {
    it.each<[string, Buffer, number, string]>([
      ['no HTTP at all', Buffer.from('\0\x01garbage\r\n\r\n'), 400, 'not HTTP/1.1'],
      ['a TLS hello', Buffer.from('1603010200010001fc0303', 'hex'), 400, 'not HTTP/1.1'],
      ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400, 'not HTTP/1.1'],
      ['an unknown method', rawRequest('BREW', '/v2'), 400, 'method'],
      ['CONNECT', rawRequest('CONNECT', 'a:80'), 405, 'proxy'],
      ['no Host', Buffer.from('GET /v2 HTTP/1.1\r\n\r\n'), 400, 'Host'],
      ['a header without a colon', rawRequest('GET', '/v2', ['colon']), 400, 'header'],
      ['a NUL in a header', rawRequest('GET', '/v2', ['x: a\0b']), 400, 'header'],
      ['a folded header', rawRequest('GET', '/v2', ['x: a\r\n b']), 400, 'header'],
      ['headers of 20 KB', rawRequest('GET', '/v2', [`x: ${'a'.repeat(20_000)}`]), 431, '16 KB'],
      ['a target of 20 KB', rawRequest('GET', `/v2/${'a'.repeat(20_000)}`), 431, '16 KB'],
      ['bytes beyond ASCII in a target', rawRequest('GET', '/v2/models/\xfc'), 400, 'url'],
      ['an expectation', post(['Expect: tea']), 417, '"tea"'],
      ['a chunk size that is none', post([chunked], 'zz\r\nhello\r\n0\r\n\r\n'), 400, 'chunk size'],
      ['a chunk beyond all sizes', post([chunked], `${'f'.repeat(17)}\r\n`), 400, 'overflow'],
      [
        'a length and chunks',
        post([chunked, 'Content-Length: 5'], '0\r\n\r\n'),
        400,
        'Content-Length',
      ],
      ['an unknown transfer encoding', post(['Transfer-Encoding: tea']), 400, 'Transfer-Encoding'],
      [
        'two lengths',
        post(['Content-Length: 3', 'Content-Length: 4'], 'abcd'),
        400,
        'Content-Length',
      ],
      ['a negative length', post(['Content-Length: -1']), 400, 'Content-Length'],
      ['a length that is no number', post(['Content-Length: many']), 400, 'Content-Length'],
      [
        'a length beyond all sizes',
        post([`Content-Length: ${'9'.repeat(20)}`]),
        400,
        'Content-Length',
      ],
      ['a length below the body', post(['Content-Length: 10'], good), 400, 'not JSON'],
    ])('refuses %s', async (_, bytes, status, mention) => {
      expectError(await only(bytes), status, mention);
      await expectGood();
    });

    it.each<[string, Buffer]>([
      [
        'HTTP/1.0',
        Buffer.from(
          `POST ${infer} HTTP/1.0\r\nx-api-key: local\r\nContent-Length: ${good.length}\r\n\r\n${good}`,
        ),
      ],
      ['chunks', post([chunked], `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`)],
      ['an expectation of 100 Continue', rawRequest('POST', infer, ['Expect: 100-continue'], good)],
      [
        'headers in capitals',
        Buffer.from(
          `POST ${infer} HTTP/1.1\r\nHOST: a\r\nX-API-KEY: local\r\nCONTENT-LENGTH: ${good.length}\r\n\r\n${good}`,
        ),
      ],
      ['a header beyond ASCII', rawRequest('POST', infer, ['x: \xff'], good)],
      [
        'hundreds of headers',
        rawRequest(
          'POST',
          infer,
          Array.from({ length: 300 }, (_, i) => `x-${i}: 1`),
          good,
        ),
      ],
      ['the host in the target', rawRequest('POST', `http://a${infer}`, [], good)],
      [
        'an upgrade that is not offered',
        rawRequest('POST', infer, ['Connection: Upgrade', 'Upgrade: h2c'], good),
      ],
      ['a query', rawRequest('POST', `${infer}?a=%zz&&=&b`, [], good)],
    ])('takes %s', async (_, bytes) => {
      expect(json(await only(bytes)).outputs?.[0]?.data).toEqual([1, 2, 3, 4]);
    });

    it('answers pipelined requests in their order, a broken one last', async () => {
      const request = (id: string) =>
        rawRequest('POST', infer, [], JSON.stringify({ id, ...JSON.parse(good) }));
      const broken = post([chunked], 'zz\r\n');
      const answers = await exchange(
        port(),
        Buffer.concat([request('1'), request('2'), broken]),
        3,
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
      expect(answers.slice(0, 2).map((answer) => json(answer).id)).toEqual(['1', '2']);
    });
  });

  describe('Paths', () => {
    it.each<[string, number, string]>([
      ['/', 404, 'route'],
      ['//v2', 404, '//v2'],
      ['/V2', 404, '/V2'],
      ['/v2//', 404, '/v2//'],
      ['/v2/models/', 404, 'route'],
      ['/v2/models//ready', 404, 'route'],
      ['/v2/models/plus/versions', 404, 'infer'],
      ['/v2/models/plus/versions//ready', 404, 'infer'],
      ['/v2/models/PLUS', 404, '"PLUS"'],
      ['/v2/models/plus;x=1', 404, '"plus;x=1"'],
      ['/v2/models/../../etc/passwd', 404, '".."'],
      ['/v2/models/%2e%2e/%2e%2e/etc/passwd', 404, '".."'],
      ['/v2/models/..%2f..%2fetc%2fpasswd', 404, '"../../etc/passwd"'],
      ['/v2/models/%252e%252e', 404, '"%2e%2e"'],
      ['/v2/models/plus%2Fready', 404, '"plus/ready"'],
      ['/v2/models/plus%00', 404, 'plus'],
      ['/v2/models/plus%', 400, '"plus%"'],
      ['/v2/models/%ff', 400, '"%ff"'],
      ['/v2/models/__proto__/ready', 404, '"__proto__"'],
      ['/v2/models/plus/../matrix', 404, 'route'],
      ['/v2/models/plus/versions/..%2f1/ready', 404, '"../1"'],
      ['/v2/models/plus/versions/%2e%2e/ready', 404, '".."'],
      ['/v2/models/plus/versions/01/ready', 404, '"01"'],
      ['/v2/models/plus/versions/1e0/ready', 404, '"1e0"'],
      ['/v2/models/plus/versions/__proto__/ready', 404, '"__proto__"'],
      ['/v2/models/stats', 501, '/v2/models/{model}/stats'],
      ['/v2\\models', 404, 'route'],
    ])('%s is %i', async (path, status, mention) => {
      expectError(await only(rawRequest('GET', path)), status, mention);
    });

    it.each(['/v2/models/pl%75s/ready', '/v2/models/add%2Esub/ready', '/v2/models/plus/ready?'])(
      '%s is answered',
      async (path) => {
        expect((await only(rawRequest('GET', path))).status).toBe(200);
      },
    );
  });

  describe('Bodies', () => {
    it.each(bodyCases())(
      '$name: $status',
      async ({ body, headers = [], path = infer, status, mention }) => {
        const answer = await only(rawRequest('POST', path, headers, body));
        if (status === 200) expect(answer.status).toBe(200);
        else expectError(answer, status, mention ?? '');
        await expectGood();
      },
    );
  });
}
