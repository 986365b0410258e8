import { describe, expect, it } from 'vitest';
import { Places } from '../../../local/host/places.ts';

describe('places for what is large', () => {
  it('are used again, also for another size that fits', () => {
    const places = new Places(2);
    const first = places.take(100_000);
    places.giveBack(first);
    const second = places.take(900_000);
    expect(second.buffer).toBe(first.buffer);
    expect(second).toHaveLength(900_000);
  });

  it('are never shared', () => {
    const places = new Places(2);
    const first = places.take(100_000);
    places.giveBack(first);
    expect(places.take(100_000).buffer).toBe(first.buffer);
    expect(places.take(100_000).buffer).not.toBe(first.buffer);
  });

  it('are left alone by what they have no room for', () => {
    const places = new Places(2);
    const first = places.take(100_000);
    places.giveBack(first);
    expect(places.take(2_000_000).buffer).not.toBe(first.buffer);
    expect(places.take(100_000).buffer).toBe(first.buffer);
  });

  it('are not kept beyond their limit', () => {
    const places = new Places(1);
    const taken = [places.take(100_000), places.take(100_000)];
    for (const each of taken) places.giveBack(each);
    places.take(1);
    expect(taken.map(({ buffer }) => buffer)).not.toContain(places.take(1).buffer);
  });
});
