import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { init } from '../../../cli/starter/init.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { siskin } from '../../journeys/siskin-process.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'siskin-init-'));
const nobody = { write: () => true } as unknown as NodeJS.WritableStream;
const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

describe('siskin init', () => {
  const folder = join(temporary(), 'My models');
  init(folder, nobody);

  it('lays down app, model, workflow, README and what git is to ignore', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining([
        '.github/workflows/models.yml',
        '.gitignore',
        'README.md',
        'app.mjs',
        'cdk.json',
        'model-artifacts/spam/1/model.onnx',
        'model-artifacts/spam/model.yaml',
        'package.json',
      ]),
    );
  });

  it('lays down a model repository without problems', () => {
    const { models } = readModelRepository(join(folder, 'model-artifacts'));
    expect(models.map(({ name }) => name)).toEqual(['spam']);
  });

  it('names the app and the feature flags in cdk.json', () => {
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
    expect(JSON.parse(read(folder, 'cdk.json'))).toMatchObject({ app: 'node app.mjs', context });
  });

  it('asks npm for Siskin, the CDK that it is tested with, and a name that npm takes', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(JSON.parse(read(folder, 'package.json'))).toMatchObject({
      name: 'my-models',
      dependencies: { siskin: `^${version}`, 'aws-cdk-lib': expect.any(String) },
    });
  });

  it('lays down a workflow that is YAML and runs commands that exist', async () => {
    const workflow = parse(read(folder, '.github/workflows/models.yml'));
    expect(Object.keys(workflow.jobs)).toEqual(['check', 'deploy']);
    const { stdout } = await siskin(['--help']);
    const used = read(folder, '.github/workflows/models.yml') + read(folder, 'README.md');
    for (const [, command] of used.matchAll(/npx siskin (\w+)/g)) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
  });

  it('names every file in the way, and then writes none', async () => {
    const taken = temporary();
    writeFileSync(join(taken, 'README.md'), 'mine');
    mkdirSync(join(taken, 'model-artifacts/spam'), { recursive: true });
    writeFileSync(join(taken, 'model-artifacts/spam/model.yaml'), 'live: 3\n');
    const { code, stderr } = await siskin(['init', taken]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/ {2}README\.md\n {2}model-artifacts\/spam\/model\.yaml\n/);
    expect(read(taken, 'README.md')).toBe('mine');
    expect(existsSync(join(taken, 'app.mjs'))).toBe(false);
  });

  it('keeps the package.json of one who has installed siskin already', async () => {
    const installed = temporary();
    writeFileSync(join(installed, 'package.json'), '{"dependencies":{"siskin":"0.1.0"}}');
    const { code, stdout } = await siskin(['init'], installed);
    expect(code).toBe(0);
    expect(stdout).toContain('Your package.json is left as it is.');
    expect(stdout).not.toContain('npm install');
    expect(read(installed, 'package.json')).toBe('{"dependencies":{"siskin":"0.1.0"}}');
  });
});
