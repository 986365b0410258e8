import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planPackage, roomForModels } from '../../build/package-plan.ts';
import { limits } from '../../serving/contract/limits.ts';

const versions = (...bytes: number[]) =>
  bytes.map((size, index) => ({ version: String(index + 1), bytes: size }));
const names = (list: readonly { readonly version: string }[]) => list.map(({ version }) => version);

describe('The plan of a package', () => {
  it('has all versions inside when they fit', () => {
    const plan = planPackage(versions(10, 20, 30), '3', 60);
    expect(names(plan.inside)).toEqual(['1', '2', '3']);
    expect(plan.outside).toEqual([]);
  });

  it('prefers the live version, then the newest', () => {
    const plan = planPackage(versions(50, 50, 50), '1', 100);
    expect(names(plan.inside)).toEqual(['1', '3']);
    expect(names(plan.outside)).toEqual(['2']);
  });

  it('uses room that a large version leaves for a smaller, older one', () => {
    const plan = planPackage(versions(10, 500, 50), '3', 100);
    expect(names(plan.inside)).toEqual(['1', '3']);
  });

  it('orders numerically, not by letters', () => {
    const many = planPackage(
      [
        { version: '9', bytes: 60 },
        { version: '10', bytes: 60 },
      ],
      '10',
      100,
    );
    expect(names(many.inside)).toEqual(['10']);
  });

  it('never exceeds its room and never loses a version', () => {
    const sizes = fc.array(fc.nat(200), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.nat(500), fc.nat(11), (bytes, room, live) => {
        const all = versions(...bytes);
        const plan = planPackage(all, String((live % bytes.length) + 1), room);
        const taken = plan.inside.reduce((sum, version) => sum + version.bytes, 0);
        expect(taken).toBeLessThanOrEqual(room);
        expect([...names(plan.inside), ...names(plan.outside)].sort()).toEqual(names(all).sort());
      }),
    );
  });
});

describe('The room for models', () => {
  it("is Lambda's limit without layer and code", () => {
    const room = roomForModels({ layer: 46_000_000, code: 100_000 });
    expect(room).toBeLessThan(limits.unzippedPackage - 46_100_000);
    expect(room).toBeGreaterThan(limits.unzippedPackage - 48_000_000);
  });
});
