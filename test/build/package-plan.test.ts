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

  it('has optimized forms where they fit beside all versions, that of the live one first', () => {
    const all = versions(20, 30, 10).map((version) => ({ ...version, optimized: { bytes: 25 } }));
    const optimized = (room: number) =>
      planPackage(all, '1', room).inside.flatMap(({ version, optimized }) =>
        optimized ? [version] : [],
      );
    expect(optimized(135)).toEqual(['1', '2', '3']);
    expect(optimized(115)).toEqual(['1', '3']);
    expect(optimized(85)).toEqual(['1']);
    expect(optimized(84)).toEqual([]);
  });

  it('sends no optimized form to S3', () => {
    const [one] = versions(50);
    const plan = planPackage(
      [{ ...one, version: '1', bytes: 50, optimized: { bytes: 1 } }],
      '1',
      10,
    );
    expect(plan.outside).toEqual([{ version: '1', bytes: 50 }]);
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
