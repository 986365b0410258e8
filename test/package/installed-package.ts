import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../architecture/sources.ts';

interface PackageJson {
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

/** The tarball that would be published, and a folder where it is installed. */
export interface InstalledPackage {
  /** Paths in the package. */
  readonly files: readonly string[];
  /** A user's folder: what npm puts there and nothing else. */
  readonly folder: string;
}

/**
 * Packs Siskin and installs the tarball as npm would, but for its dependencies: they are links to
 * this checkout's, which the lock file holds to the same versions. Only those that package.json
 * declares are linked, so an import of any other fails.
 */
export function installPackage(): InstalledPackage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'siskin-user-')));
  const pack = ['pack', '--offline', '--json', '--pack-destination', folder];
  // Other lines before the JSON are those of the build.
  const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  const [tarball] = JSON.parse(packed.slice(packed.search(/^\[/m)));
  const target = join(folder, 'node_modules', 'siskin');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', [
    '-xzf',
    join(folder, tarball.filename),
    '-C',
    target,
    '--strip-components=1',
  ]);
  linkDependencies(join(folder, 'node_modules'), target);
  const dependencies = { siskin: `file:${tarball.filename}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  return { files: tarball.files.map(({ path }: { path: string }) => path), folder };
}

function linkDependencies(modules: string, siskin: string): void {
  const declared: PackageJson = JSON.parse(readFileSync(join(siskin, 'package.json'), 'utf8'));
  const { dependencies, optionalDependencies, peerDependencies } = declared;
  for (const name of Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...peerDependencies,
  })) {
    const installed = join(root, 'node_modules', name);
    // Of the optional ones, those for other platforms are not installed.
    if (!existsSync(installed)) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(installed, join(modules, name), 'dir');
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../siskin/bin/siskin.js', join(modules, '.bin', 'siskin'));
}
