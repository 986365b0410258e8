import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { expectError, json } from './requests.ts';

const row = { name: 'x', datatype: 'FP32', shape: [1, 4] };
const header = JSON.stringify({ inputs: [{ ...row, parameters: { binary_data_size: 16 } }] });
const seeds = [
  {
    body: JSON.stringify({ id: 'é', inputs: [{ ...row, data: [[1, 2.5, -3e4, 0]] }] }),
    length: undefined,
  },
  { body: `${header}${'\0'.repeat(16)}`, length: header.length },
] as const;

/** One change to some bytes: other bytes in place of a few, none, or more. */
const change = fc.record({
  at: fc.nat({ max: 200 }),
  drop: fc.nat({ max: 8 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom('[', '{', '"', '\\u', 'null', '1e400', '-', '"__proto__":').map(Buffer.from),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const changed = (bytes: Buffer, { at, drop, insert }: Change) =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);

/** Whatever is done to a request, the caller is told, and told that it is the caller's turn. */
export function describeFuzz(client: () => Client): void {
  describe('Requests with random damage', () => {
    it('are answered, or refused as the mistakes they are', async () => {
      const request = fc.record({
        seed: fc.constantFrom(...seeds),
        changes: fc.array(change, { minLength: 1, maxLength: 3 }),
        skew: fc.constantFrom(0, 0, 0, 1, -1, 1e6),
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ seed, changes, skew }) => {
          const body = changes.reduce(changed, Buffer.from(seed.body));
          const headers: Record<string, string> = seed.length
            ? { 'Inference-Header-Content-Length': String(seed.length + skew) }
            : {};
          const answer = await client()('POST', '/v2/models/matrix/infer', body, headers);
          if (answer.status === 200) expect(json(answer).model_name).toBe('matrix');
          else expectError(answer, 400);
        }),
        { numRuns: 200 },
      );
    });
  });
}
