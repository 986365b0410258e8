import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HttpSyntaxError,
  MessageReader,
} from '../../../../../local/providers/lambda/runtime/http-message.ts';

interface Message {
  readonly startLine: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly trailers: Record<string, string>;
}

/** Reads a stream that arrives in these pieces. */
function read(pieces: readonly Buffer[]): Message[] {
  const messages: Message[] = [];
  let head = { startLine: '', headers: {} as Record<string, string> };
  let body: Buffer[] = [];
  const reader = new MessageReader({
    head: ({ startLine, headers }) => {
      head = { startLine, headers: { ...headers } };
      body = [];
    },
    body: (chunk) => body.push(Buffer.from(chunk)),
    end: (trailers) =>
      messages.push({
        ...head,
        body: Buffer.concat(body).toString('latin1'),
        trailers: { ...trailers },
      }),
  });
  for (const piece of pieces) reader.push(piece);
  return messages;
}

function cut(data: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (data.length + 1)), data.length];
  at.sort((a, b) => a - b);
  return at.slice(1).map((end, i) => data.subarray(at[i], end));
}

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const fields = fc
  .dictionary(token, value, { maxKeys: 4 })
  .map((all) =>
    Object.entries(all).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)),
  )
  .filter((all) => new Set(all.map(([name]) => name.toLowerCase())).size === all.length);
const bytes = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each));

const message = fc
  .record({
    fields,
    chunks: fc.array(bytes, { maxLength: 4 }),
    chunked: fc.boolean(),
    trailers: fields,
  })
  .map(({ fields: given, chunks, chunked, trailers }) => {
    const full = chunks.filter((chunk) => chunk.length > 0);
    const body = Buffer.concat(full);
    const lines = given.map(([name, text]) => `${name}: ${text}\r\n`).join('');
    const expected = {
      startLine: 'POST /x HTTP/1.1',
      body: body.toString('latin1'),
      trailers: chunked ? lower(trailers) : {},
    };
    if (!chunked) {
      const head = `POST /x HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n`;
      return { expected, data: Buffer.concat([Buffer.from(head), body]) };
    }
    const parts = full.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)};ext=1\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]);
    const end = `0\r\n${trailers.map(([name, text]) => `${name}:${text}\r\n`).join('')}\r\n`;
    const head = `POST /x HTTP/1.1\r\n${lines}Transfer-Encoding: chunked\r\n\r\n`;
    return { expected, data: Buffer.concat([Buffer.from(head), ...parts, Buffer.from(end)]) };
  });

function lower(entries: readonly [string, string][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text]));
}

describe('MessageReader', () => {
  it('reads any sequence of messages, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (sent, places) => {
          const data = Buffer.concat(sent.map((each) => each.data));
          const got = read(cut(data, places));
          expect(
            got.map(({ startLine, body, trailers }) => ({ startLine, body, trailers })),
          ).toEqual(sent.map((each) => each.expected));
        },
      ),
    );
  });

  it('reads byte by byte', () => {
    const data = Buffer.from('\r\nGET / HTTP/1.1\r\nA: b\r\nA:  c \r\n\r\n');
    expect(read([...data].map((byte) => Buffer.from([byte])))).toEqual([
      { startLine: 'GET / HTTP/1.1', headers: { a: 'b, c' }, body: '', trailers: {} },
    ]);
  });

  it('lets only its own error escape, whatever comes', () => {
    const noise = fc.oneof(
      bytes,
      message.map(({ data }) => data),
      fc
        .constantFrom('GET / HTTP/1.1\r\n', 'a: b\r\n', '\r\n', '0\r\n', 'ff\r\n')
        .map((s) => Buffer.from(s)),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 12 }), (pieces) => {
        try {
          read(pieces);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpSyntaxError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2'],
    ['a length and chunks', 'Content-Length: 1\r\nTransfer-Encoding: chunked'],
    ['a negative length', 'Content-Length: -1'],
    ['an unknown coding', 'Transfer-Encoding: gzip'],
    ['a name with a space', 'A b: c'],
    ['a line without a colon', 'nothing'],
    ['a folded line', 'a: b\r\n c: d'],
  ])('refuses %s', (_what, lines) => {
    expect(() => read([Buffer.from(`GET / HTTP/1.1\r\n${lines}\r\n\r\n`)])).toThrow(
      HttpSyntaxError,
    );
  });

  it.each([
    ['a size that is no number', 'xyz\r\n'],
    ['a chunk longer than its size', '1\r\nabc\r\n'],
  ])('refuses %s', (_what, text) => {
    const head = 'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(() => read([Buffer.from(head + text)])).toThrow(HttpSyntaxError);
  });

  it('bounds what it keeps of an unfinished head', () => {
    expect(() => read([Buffer.from('GET / HTTP/1.1\r\n'), Buffer.alloc(70_000, 'a')])).toThrow(
      'head exceeds 65536 bytes',
    );
  });

  it('is not confused by a header named like a member of every object', () => {
    const [first] = read([Buffer.from('GET / HTTP/1.1\r\n__proto__: x\r\nconstructor: y\r\n\r\n')]);
    expect(first?.headers.constructor).toBe('y');
  });

  it('tells heads apart that are sent again and again', () => {
    const thanks = 'HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nOK';
    const event = 'HTTP/1.1 200 OK\r\nId: 1\r\nContent-Length: 4\r\n\r\nbody';
    const sent = [thanks, event, thanks, event.replace('1\r', '2\r'), thanks, thanks];
    const messages = read([Buffer.from(sent.join(''))]);
    const found = messages.map(({ startLine, headers, body }) => [startLine, headers.id, body]);
    const [accepted, first] = [
      ['HTTP/1.1 202 Accepted', undefined, 'OK'],
      ['HTTP/1.1 200 OK', '1', 'body'],
    ];
    const second = ['HTTP/1.1 200 OK', '2', 'body'];
    expect(found).toEqual([accepted, first, accepted, second, accepted, accepted]);
  });
});
