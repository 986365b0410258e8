import { expect, it } from 'vitest';
import {
  committedNumberScanner,
  compileNumberScanner,
  scannerModules,
} from '../../build/number-scanner.ts';

it.each(scannerModules)('The committed $generated is what $source compiles to', async (module) => {
  expect(committedNumberScanner(module)).toBe(await compileNumberScanner(module));
});
