import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkedDecoder } from '../../../../local/wire/s3/chunked.ts';

async function decode(pieces: readonly Buffer[]): Promise<{ data: Buffer; trailers: object }> {
  const decoder = new ChunkedDecoder();
  const data: Buffer[] = [];
  await pipeline(Readable.from(pieces), decoder, async (chunks) => {
    for await (const chunk of chunks) data.push(chunk as Buffer);
  });
  return { data: Buffer.concat(data), trailers: decoder.trailers };
}

function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (body.length + 1)), body.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => body.subarray(cuts[index], end));
}

test('the data comes out whole, wherever chunks and network packets end', async () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk), fc.array(fc.nat(2000)), async (chunks, places) => {
      const framed = chunks.flatMap((data) => [
        Buffer.from(`${data.length.toString(16)};chunk-signature=ab\r\n`),
        Buffer.from(data),
        Buffer.from('\r\n'),
      ]);
      const end = Buffer.from('0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n');
      const { data, trailers } = await decode(cut(Buffer.concat([...framed, end]), places));
      expect(data.equals(Buffer.concat(chunks))).toBe(true);
      expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAA==' });
    }),
  );
});

test.each(['5\r\nhel', 'zz\r\n', '3\r\nabcdef\r\n0\r\n\r\n', ''])(
  'a body %j that breaks its framing is refused',
  async (body) => {
    await expect(decode([Buffer.from(body)])).rejects.toMatchObject({ code: 'IncompleteBody' });
  },
);
