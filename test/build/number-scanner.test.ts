import { expect, it } from 'vitest';
import { committedNumberScanner, compileNumberScanner } from '../../build/number-scanner.ts';

it('The committed number scanner is what its AssemblyScript compiles to', async () => {
  expect(committedNumberScanner()).toBe(await compileNumberScanner());
});
