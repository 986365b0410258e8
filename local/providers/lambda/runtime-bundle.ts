import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Lies there in the published package, which comes without a bundler. */
const prebuiltRuntime = fileURLToPath(new URL('./runtime.cjs', import.meta.url));

/**
 * Bundles the runtime into one CommonJS file in `folder` and returns its path. An environment
 * starts by loading it, and one plain file loads in a few milliseconds: no type stripping, no ESM.
 * The file's name is the digest of its sources, so that it is made once.
 */
export async function bundleRuntime(folder: string): Promise<string> {
  if (existsSync(prebuiltRuntime)) return prebuiltRuntime;
  const sources = fileURLToPath(new URL('./runtime/', import.meta.url));
  const outfile = join(folder, `runtime-${digest(sources)}.cjs`);
  if (existsSync(outfile)) return outfile;
  const { build, stop } = await import('esbuild');
  await build({
    entryPoints: [join(sources, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  await stop(); // or its process would stay
  return outfile;
}

function digest(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
