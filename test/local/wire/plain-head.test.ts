import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlainHead } from '../../../local/wire/plain-head.ts';

const socket = {} as Socket;
const parse = (...lines: string[]) => parsePlainHead(lines.join('\r\n'), socket);

const token = fc.stringMatching(/^X-[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc.stringMatching(/^([!-~]([\t -~]{0,20}[!-~])?)?$/);
const blanks = fc.stringMatching(/^[ \t]{0,3}$/);

describe('parsePlainHead', () => {
  it('gives names as sent, and values without the blanks around them', () => {
    const fields = fc.uniqueArray(fc.tuple(token, value, blanks, blanks), {
      selector: ([name]) => name.toLowerCase(),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fields, (list) => {
        const lines = list.map(([name, text, before, after]) => `${name}:${before}${text}${after}`);
        const head = parse('POST /a?b=c HTTP/1.1', 'Host: h', ...lines);
        const names = list.flatMap((field) => field.slice(0, 2));
        expect(head?.rawHeaders).toEqual(['Host', 'h', ...names]);
        const lower = list.map(([name, text]) => [name.toLowerCase(), text]);
        expect({ ...head?.headers }).toEqual(Object.fromEntries([['host', 'h'], ...lower]));
        expect(head).toMatchObject({ method: 'POST', url: '/a?b=c', bodyLength: 0 });
      }),
    );
  });

  it('takes a length and a kept connection', () => {
    const head = parse('PUT / HTTP/1.1', 'host: a', 'Content-Length: 12', 'Connection: Keep-Alive');
    expect(head?.bodyLength).toBe(12);
  });

  it.each([
    ['another version', ['GET / HTTP/1.0', 'Host: a']],
    ['a method whose answer has no body', ['HEAD / HTTP/1.1', 'Host: a']],
    ['a method in small letters', ['get / HTTP/1.1', 'Host: a']],
    ['a target with a host', ['GET http://a/ HTTP/1.1', 'Host: a']],
    ['a target that is not ASCII', ['GET /\u00e4 HTTP/1.1', 'Host: a']],
    ['two blanks in the first line', ['GET  / HTTP/1.1', 'Host: a']],
    ['no Host', ['GET / HTTP/1.1', 'X: a']],
    ['a name that comes twice', ['GET / HTTP/1.1', 'Host: a', 'x: 1', 'X: 2']],
    ['two lengths', ['GET / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'content-length: 1']],
    ['a length with a sign', ['GET / HTTP/1.1', 'Host: a', 'Content-Length: +1']],
    ['no length', ['GET / HTTP/1.1', 'Host: a', 'Content-Length:']],
    ['chunks', ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked']],
    ['an expectation', ['POST / HTTP/1.1', 'Host: a', 'Expect: 100-continue']],
    ['an upgrade', ['GET / HTTP/1.1', 'Host: a', 'Upgrade: h2c']],
    ['the end of the connection', ['GET / HTTP/1.1', 'Host: a', 'Connection: close']],
    ['a folded line', ['GET / HTTP/1.1', 'Host: a', 'X: a', ' b']],
    ['a blank before the colon', ['GET / HTTP/1.1', 'Host: a', 'X : a']],
    ['a line without a colon', ['GET / HTTP/1.1', 'Host: a', 'X']],
    ['a name that is none', ['GET / HTTP/1.1', 'Host: a', '(X): a']],
    ['a value that is not ASCII', ['GET / HTTP/1.1', 'Host: a', 'X: \u00e4']],
    ['a line end of its own', ['GET / HTTP/1.1', 'Host: a', 'X: a\nY: b']],
    ['a carriage return alone', ['GET / HTTP/1.1', 'Host: a', 'X: a\rY: b']],
    ['an empty line in front', ['', 'GET / HTTP/1.1', 'Host: a']],
  ])('leaves a head with %s to others', (_what, lines) => {
    expect(parse(...lines)).toBeUndefined();
  });
});
