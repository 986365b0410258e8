import { expect, it } from 'vitest';
import {
  committedNumberScanner,
  compileNumberScanner,
  scannerModules,
} from '../../build/number-scanner.ts';

// The compiler takes seconds on a busy machine.
const timeout = 60_000;

it.each(scannerModules)(
  'The committed $generated is what $source compiles to',
  { timeout },
  async (module) => {
    expect(committedNumberScanner(module)).toBe(await compileNumberScanner(module));
  },
);
