import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main as asc } from 'assemblyscript/asc';
import { packageRoot } from './project.ts';

const folder = join(packageRoot, 'serving/codec/number-scanner');

/** Modules of the same parts: one reads a request, one the records of a batch, one writes results. */
export const scannerModules = [
  { source: 'scanner.ts', generated: 'scanner-wasm.ts', constant: 'scannerWasm' },
  { source: 'rows.ts', generated: 'row-scanner-wasm.ts', constant: 'rowScannerWasm' },
  { source: 'lines.ts', generated: 'printer-wasm.ts', constant: 'printerWasm' },
] as const;

type ScannerModule = (typeof scannerModules)[number];

/** 512 MiB: a text of 64 MiB, and the four times of it that its numbers take at most. */
const maxPages = '8192';

/**
 * Compiles the number scanner's AssemblyScript to the TypeScript file that carries it: functions are
 * single bundled files, so the module travels in the code, as base64.
 */
export async function compileNumberScanner({ source, constant }: ScannerModule): Promise<string> {
  const wasm = await compile([source, '--outFile', 'scanner.wasm', ...options]);
  return [
    '// Made by `npm run build:number-scanner` from ../assembly. Do not edit.',
    `export const ${constant} =`,
    `  '${Buffer.from(wasm).toString('base64')}';`,
    '',
  ].join('\n');
}

const options = [
  '-O3',
  '--noAssert',
  ...['--runtime', 'stub'],
  ...['--enable', 'simd'],
  ...['--maximumMemory', maxPages],
  ...['--use', 'abort='],
  ...['--disableWarning', '112'], // vectors pass between our own functions only
];

async function compile(args: string[]): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc(args, {
    readFile: (name) => readIfThere(join(folder, 'assembly', name)),
    writeFile: (_name, contents) => {
      wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) {
    throw new Error(`The number scanner does not compile: ${stderr}`, { cause: error });
  }
  return wasm;
}

/** The compiler probes several places for each import, and takes null for a file that is not there. */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The file as it is committed. */
export function committedNumberScanner(module: ScannerModule): string {
  return readFileSync(generatedFile(module), 'utf8');
}

function generatedFile({ generated }: ScannerModule): string {
  return join(folder, 'generated', generated);
}

if (import.meta.main) {
  mkdirSync(join(folder, 'generated'), { recursive: true });
  for (const module of scannerModules) {
    writeFileSync(generatedFile(module), await compileNumberScanner(module));
  }
}
