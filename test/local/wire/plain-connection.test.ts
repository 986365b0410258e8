import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Places } from '../../../local/host/places.ts';
import type { AnswerTo, PlainRequest } from '../../../local/host/plain-request.ts';
import { PlainConnection } from '../../../local/wire/plain-connection.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../local/wire/server.ts';
import { exchange, rawRequest } from '../../conformance/raw-http.ts';

/** What was asked, as its side saw it. */
interface Seen {
  readonly by: 'plain' | 'node';
  readonly method: string | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

let server: LoopbackServer;
let seen: Seen[] = [];
let held: { request: PlainRequest; to: AnswerTo }[] = [];

/** Answers plain requests at once, but holds `/held` and leaves `/node` to Node's server. */
function plain(request: PlainRequest, to: AnswerTo): boolean {
  const { head, body } = request;
  if (head.url === '/node') return false;
  seen.push({ by: 'plain', method: head.method, headers: head.rawHeaders, body: `${body}` });
  if (head.url === '/held') held.push({ request, to });
  else to.send(200, ['Content-Length', '2'], 'ok');
  return true;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = `${Buffer.concat(chunks)}`;
    seen.push({ by: 'node', method: request.method, headers: request.rawHeaders, body });
    response.writeHead(200, { 'content-length': 2 }).end('ok');
  });
}

const sides = () => seen.map(({ by }) => by);
const bodies = () => seen.map(({ body }) => body);

beforeEach(async () => {
  server = await listenOnLoopback(0);
  server.serve(answer, plain);
  [seen, held] = [[], []];
});
afterEach(() => server.stop());

/** A client whose answers come as text. */
class Client {
  readonly socket: Socket;
  text = '';

  constructor() {
    this.socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (chunk) => {
      this.text += chunk;
    });
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  answers(count: number): Promise<unknown> {
    return expect.poll(() => this.text.match(/HTTP\/1\.1 \d+/g)?.length ?? 0).toBe(count);
  }
}

describe('a connection', () => {
  it('with plain requests, equal or not, is served on this side', async () => {
    const client = new Client();
    const requests = [
      rawRequest('POST', '/a', ['X: 1'], 'one'),
      rawRequest('POST', '/a', ['X: 1'], 'two'),
      rawRequest('POST', '/a', ['X: 2'], 'six'),
      rawRequest('GET', '/a'),
    ];
    for (const [index, request] of requests.entries()) {
      client.send(request);
      await client.answers(index + 1);
    }
    expect(sides()).toEqual(['plain', 'plain', 'plain', 'plain']);
    expect(bodies()).toEqual(['one', 'two', 'six', '']);
    expect(client.text).toMatch(/^HTTP\/1.1 200 OK\r\nContent-Length: 2\r\nDate: .* GMT\r\n/);
    expect(client.text).toContain('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\nok');
    client.socket.destroy();
  });

  it.each([7, 90, 100_000])(
    'gets a body whole that comes in pieces, %d bytes of it',
    async (size) => {
      const body = 'b'.repeat(size);
      const bytes = rawRequest('POST', '/a', [], body);
      const client = new Client();
      client.send(bytes.subarray(0, bytes.length - size + 3));
      await new Promise((resolve) => setImmediate(resolve));
      client.send(bytes.subarray(bytes.length - size + 3));
      await client.answers(1);
      expect(bodies()).toEqual([body]);
      client.socket.destroy();
    },
  );

  it.each([
    [
      'chunks',
      'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n',
    ],
    ['a refusal', rawRequest('POST', '/node', [], 'b')],
  ])('is left to Node by %s, and stays there', async (_what, first) => {
    const client = new Client();
    client.send(rawRequest('POST', '/a', [], 'a'));
    await client.answers(1);
    client.send(first);
    await client.answers(2);
    client.send(rawRequest('POST', '/a', [], 'c'));
    await client.answers(3);
    expect(sides()).toEqual(['plain', 'node', 'node']);
    expect(bodies()).toEqual(['a', 'b', 'c']);
    client.socket.destroy();
  });

  it('with several requests at once has them answered in order', async () => {
    const requests = ['a', 'b', 'c'].map((body) => rawRequest('POST', '/a', [], body));
    expect(await exchange(server.port, Buffer.concat(requests), 3)).toHaveLength(3);
    expect(bodies()).toEqual(['a', 'b', 'c']);
  });

  it('keeps what comes ahead of an answer until then', async () => {
    const client = new Client();
    client.send(rawRequest('POST', '/held', [], 'a'));
    await expect.poll(() => held.length).toBe(1);
    client.send(rawRequest('POST', '/a', [], 'b'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(bodies()).toEqual(['a']);
    held[0]?.to.send(200, ['Content-Length', '4'], 'late');
    await client.answers(2);
    expect(client.text.indexOf('late')).toBeLessThan(client.text.lastIndexOf('HTTP/1.1'));
    expect(sides()).toEqual(['plain', 'plain']);
    client.socket.destroy();
  });

  it('refuses in JSON what follows and is no HTTP', async () => {
    const answers = await exchange(server.port, `${rawRequest('GET', '/a')}nonsense\r\n\r\n`, 2);
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
  });

  it('whose caller has closed its side still gets the answer', async () => {
    const answers = exchange(server.port, rawRequest('GET', '/held'), 1, 'half-closed');
    await expect.poll(() => held.length).toBe(1);
    held[0]?.to.send(200, ['Content-Length', '2'], 'ok');
    expect(await answers).toHaveLength(1);
  });

  it('tells when the caller has gone', async () => {
    const client = new Client();
    client.send(rawRequest('GET', '/held'));
    await expect.poll(() => held.length).toBe(1);
    client.socket.resetAndDestroy();
    await expect.poll(() => held[0]?.to.isGone).toBe(true);
  });
});

describe('an answer', () => {
  async function answered(send: (to: AnswerTo) => void) {
    const answers = exchange(server.port, rawRequest('GET', '/held'));
    await expect.poll(() => held.length).toBe(1);
    send((held[0] as { to: AnswerTo }).to);
    return (await answers)[0];
  }

  it('of many bytes arrives whole', async () => {
    const body = Buffer.alloc(1_000_000, 'x');
    const answer = await answered((to) => to.send(200, ['Content-Length', '1000000'], body));
    expect(answer?.bytes.equals(body)).toBe(true);
  });

  it('with a header that HTTP does not allow is not begun', async () => {
    const answer = await answered((to) => {
      for (const header of [
        ['a b', 'c'],
        ['a', 'b\r\nc'],
      ]) {
        expect(() => to.send(200, header, '')).toThrow();
        expect(to.hasBegun).toBe(false);
      }
      to.send(502, ['Content-Length', '0'], '');
      expect(to.hasBegun).toBe(true);
    });
    expect(answer?.status).toBe(502);
  });

  it('whose status has no body is sent without one', async () => {
    const client = new Client();
    client.send(rawRequest('GET', '/held'));
    await expect.poll(() => held.length).toBe(1);
    held[0]?.to.send(204, [], 'body');
    await client.answers(1);
    expect(client.text).toMatch(/^HTTP\/1.1 204 No Content\r\n[\s\S]*\r\n\r\n$/);
    client.socket.destroy();
  });

  it('under way when the server stops is the last on its connection', async () => {
    const client = new Client();
    const idle = new Client();
    idle.send(rawRequest('GET', '/a'));
    await idle.answers(1);
    client.send(rawRequest('GET', '/held'));
    await expect.poll(() => held.length).toBe(1);
    const stopped = server.stop();
    held[0]?.to.send(200, ['Content-Length', '2'], 'ok');
    await client.answers(1);
    expect(client.text).toContain('\r\nConnection: close\r\n');
    for (const { socket } of [client, idle]) socket.end();
    await stopped;
  });
});

describe('looking after a connection', () => {
  /** What was left to Node's server, and how often. */
  let left: number;
  let bytesLeft: string;
  let connection: PlainConnection;
  let client: Socket;
  let stop: () => void;

  beforeEach(async () => {
    [left, bytesLeft] = [0, ''];
    const accepting = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(accepting, 'listening');
    const { port } = accepting.address() as { port: number };
    client = connect(port, '127.0.0.1');
    const [socket] = (await once(accepting, 'connection')) as [Socket];
    const leave = () => {
      left += 1;
      socket.on('data', (chunk) => {
        bytesLeft += chunk;
      });
    };
    connection = new PlainConnection({
      socket,
      answer: plain,
      leave,
      keepAliveSeconds: 75,
      places: new Places(1),
    });
    stop = () => {
      client.destroy();
      socket.destroy();
      accepting.close();
    };
  });
  afterEach(() => stop());

  function sweep(times: number): void {
    for (let i = 0; i < times; i++) connection.sweep(5);
  }

  it('leaves one to Node as soon as half a head comes', async () => {
    client.write(rawRequest('GET', '/a').subarray(0, 20));
    await expect.poll(() => bytesLeft).toHaveLength(20);
    expect(left).toBe(1);
  });

  it('leaves one to Node on which nothing comes, or only the beginning of a request', async () => {
    client.write(rawRequest('POST', '/a', [], 'abc').subarray(0, -1));
    await expect.poll(() => connection.socket.bytesRead).toBeGreaterThan(0);
    sweep(1);
    expect(left).toBe(0);
    sweep(1);
    expect(left).toBe(1);
    await expect.poll(() => bytesLeft).toMatch(/\r\n\r\nab$/);
  });

  it('ends one that has been quiet for long, and none that waits for its answer', async () => {
    client.write(rawRequest('GET', '/held'));
    await expect.poll(() => held.length).toBe(1);
    sweep(20);
    held[0]?.to.send(200, ['Content-Length', '0'], '');
    sweep(5);
    expect(connection.isGone).toBe(false);
    sweep(1);
    expect(connection.isGone).toBe(true);
    expect(left).toBe(0);
  });
});
