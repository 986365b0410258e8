import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleRuntime } from '../local/providers/lambda/runtime-bundle.ts';
import { docsPage } from './docs-page.ts';
import { buildFunctions, bundleFiles } from './functions.ts';
import { type OutputFile, writeOutputFolder } from './output-folder.ts';
import { packageRoot } from './project.ts';

/**
 * `npm run build:package`, which `npm pack` and `npm publish` run first: writes `compiled/`, what the
 * published package holds in place of the sources. Node strips no types below node_modules.
 */
const compiled = join(packageRoot, 'compiled');
const scratch = mkdtempSync(join(tmpdir(), 'siskin-package-'));
try {
  rmSync(compiled, { recursive: true, force: true });
  compileSources();
  await writePrebuilt();
  copyFileSync(
    await bundleRuntime(scratch),
    join(compiled, 'local', 'providers', 'lambda', 'runtime.cjs'),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function compileSources(): void {
  const tsc = join(packageRoot, 'node_modules', '.bin', 'tsc');
  const project = join(packageRoot, 'tsconfig.package.json');
  execFileSync(tsc, ['--project', project], { cwd: packageRoot, stdio: 'inherit' });
}

async function writePrebuilt(): Promise<void> {
  const bundles = await buildFunctions(scratch);
  const functions = [...bundles.values()].flatMap((bundle) =>
    bundleFiles(bundle).map(
      (file): OutputFile => ({ ...file, path: join('functions', bundle.name, file.path) }),
    ),
  );
  writeOutputFolder(join(compiled, 'prebuilt'), [
    ...functions,
    { path: 'docs-page.html', content: docsPage() },
  ]);
}
