import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectBytes } from '../../../serving/batch/object-bytes.ts';
import { placeOf } from '../../../serving/batch/place.ts';
import { MemoryStore } from './memory-store.ts';

const place = placeOf('s3://data/in/a.csv');

async function stored(text: string) {
  const store = new MemoryStore();
  store.put('s3://data/in/a.csv', text);
  const head = await store.head(place);
  return { store, head: head ?? expect.fail() };
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

describe('The bytes of an input object', () => {
  it('are the same in blocks of any size', async () => {
    const text = 'abcdefghijklmnopqrstuvwxyz';
    const { store, head } = await stored(text);
    const at = fc.nat(30);
    await fc.assert(
      fc.asyncProperty(at, at, fc.integer({ min: 1, max: 40 }), async (start, end, block) => {
        const object = objectBytes(store, place, head, block);
        expect(await read(object.stream(start, end))).toBe(text.slice(start, Math.max(start, end)));
      }),
    );
  });

  it('are asked for one block ahead, and no more once the reader has left', async () => {
    const { store, head } = await stored('abcdefghij');
    let reads = 0;
    store.onOperation = () => {
      reads += 1;
    };
    for await (const _ of objectBytes(store, place, head, 2).stream(0, 10)) {
      if (reads === 3) break;
    }
    expect(reads).toBe(3);
  });

  it('are refused when the object is another than the one planned for', async () => {
    const { store, head } = await stored('one');
    store.put('s3://data/in/a.csv', 'two');
    const object = objectBytes(store, place, head);
    await expect(read(object.stream(0, 3))).rejects.toMatchObject({ name: 'InputChanged' });
    store.objects.clear();
    await expect(object.read(0, 1)).rejects.toMatchObject({ name: 'InputChanged' });
  });
});
