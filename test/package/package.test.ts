import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadContext } from '../../lib/config/load-context.ts';
import { root } from '../architecture/sources.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';
import { PackagedServer } from './packaged-server.ts';

const app = `
import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { synthesizeFromContext } from 'siskin';

process.exitCode = await synthesizeFromContext((app) => {
  const stack = new Stack(app, 'mine');
  new Topic(stack, 'News', { enforceSSL: true });
});
`;

// Packing compiles everything, and this machine may be doing other things.
describe('Somebody who installs the package in a folder of models', { timeout: 120_000 }, () => {
  let installed: InstalledPackage;
  let server: PackagedServer | undefined;

  beforeAll(() => {
    installed = installPackage();
    cpSync(join(root, 'model-artifacts'), join(installed.folder, 'model-artifacts'), {
      recursive: true,
    });
    writeFileSync(join(installed.folder, 'app.mjs'), app);
    writeFileSync(join(installed.folder, 'cdk.json'), '{ "app": "node app.mjs" }\n');
  });

  afterAll(async () => {
    await server?.stop();
    if (installed) rmSync(installed.folder, { recursive: true, force: true });
  });

  it('gets JavaScript with types, and neither sources nor tests', () => {
    const { files } = installed;
    for (const path of ['lib/index.js', 'lib/index.d.ts', 'bin/app.js', 'bin/siskin.js']) {
      expect(files).toContain(`compiled/${path}`);
    }
    expect(files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
    const folders = new Set(files.map((path) => path.split('/')[0]));
    for (const ours of ['test', 'training', 'bench', 'demo', 'node_modules', 'dist', 'cdk.out']) {
      expect(folders).not.toContain(ours);
    }
  });

  it('synthesizes an app of ten lines to the very templates and assets of a checkout', () => {
    const { folder } = installed;
    const theirs = synthesize(folder, 'app.mjs', 'theirs', { validate: false });
    const ours = synthesize(folder, join(root, 'bin/app.ts'), 'ours', {
      ...loadContext(),
      validate: false,
    });
    expect(Object.keys(theirs)).toContain('mine.template.json');
    for (const [file, content] of Object.entries(ours)) expect(theirs[file], file).toBe(content);
    expect(Object.keys(ours).length).toBeGreaterThan(4);
    expect(existsSync(join(folder, 'node_modules/siskin/dist'))).toBe(false);
    expect(existsSync(join(folder, 'dist/layers'))).toBe(true);
  });

  it('finds types for what it imports', () => {
    const { folder } = installed;
    const typed = app.replace('(app) =>', '({ models, platform, ...rest }) =>');
    writeFileSync(
      join(folder, 'typed.mts'),
      typed
        .replace("new Stack(app, 'mine')", 'platform')
        .replace(
          '});\n});',
          '});\n  const names: string[] = models.map((model) => model.stackName);\n  const wrong: string = rest.api;\n});',
        ),
    );
    const tsc = [
      ...['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'],
      ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', 'typed.mts'],
    ];
    const complaints = run(join(root, 'node_modules/.bin/tsc'), tsc, folder);
    expect(complaints.trim()).toMatch(/^typed\.mts\(\d+,\d+\): error TS2322: Type 'ApiStack'.*$/);
  });

  it('serves the models with npx siskin dev, which writes below the working directory', async () => {
    const { folder } = installed;
    server = await PackagedServer.start(folder);
    const answer = await server.infer('spam', {
      inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['You have won a prize'] }],
    });
    expect(await answer.json()).toMatchObject({ model_name: 'spam', model_version: '1' });
    expect(answer.status).toBe(200);
    const docs = await fetch(`${server.endpoint}/docs`);
    expect(await docs.text()).toContain('Siskin: interface');
    expect(readdirSync(folder)).toContain('.siskin');
    expect(readdirSync(join(folder, 'node_modules/siskin'))).not.toContain('.siskin');
  });
});

/** Runs a CDK app as the CDK CLI does; gives its templates and lists of assets. */
function synthesize(
  cwd: string,
  entry: string,
  name: string,
  context: Record<string, unknown>,
): Record<string, string> {
  const outdir = join(cwd, name);
  execFileSync(process.execPath, [entry], {
    cwd,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  const files = readdirSync(outdir).filter((file) => /\.(template|assets)\.json$/.test(file));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
}

/** What a command says on stdout, whatever its exit code. */
function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
