import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

/**
 * Names of a layer's npm packages whose native addons were all built for another platform. A layer
 * is built for Lambda, linux/x64 or linux/arm64; on another machine it cannot be loaded.
 */
export function foreignPackages(layer: string, { platform, arch }: Platform): string[] {
  const modules = join(layer, 'nodejs', 'node_modules');
  if (!existsSync(modules)) return [];
  return packageNames(modules).filter((name) => {
    const addons = addonsBelow(join(modules, name));
    return addons.length > 0 && !addons.some((addon) => fits(addon, platform, arch));
  });
}

function packageNames(modules: string): string[] {
  return readdirSync(modules).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(modules, name)).map((inScope) => `${name}/${inScope}`)
      : [name],
  );
}

function addonsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.node'))
    .map((name) => join(folder, name));
}

function fits(file: string, platform: string, arch: string): boolean {
  const built = builtFor(file);
  return built?.platform === platform && (built.arch === undefined || built.arch === arch);
}

const ELF_MACHINES: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };
const MACH_CPUS: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

/** What a native library was built for, by its first bytes; undefined when it is none. */
export function builtFor(file: string): { platform: string; arch?: string } | undefined {
  const head = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) return described('linux', ELF_MACHINES[head.readUInt16LE(18)]);
  if (magic === 0xcffaedfe) return described('darwin', MACH_CPUS[head.readUInt32LE(4)]);
  if (magic === 0xcafebabe) return { platform: 'darwin' }; // universal: several architectures
  if (head.toString('latin1', 0, 2) === 'MZ') return { platform: 'win32' };
  return undefined;
}

function described(platform: string, arch: string | undefined) {
  return arch === undefined ? { platform } : { platform, arch };
}
