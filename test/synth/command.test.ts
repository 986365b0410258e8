import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadContext } from '../../lib/config/load-context.ts';
import { oneModel, type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';

interface Outcome {
  readonly code: number;
  readonly stderr: string;
  readonly outdir: string;
  readonly cwd: string;
}

/** Runs bin/app.ts as the CDK CLI does, in an empty folder, with nothing of AWS in the environment. */
function runApp(context: Record<string, unknown>): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'siskin-app-'));
  const outdir = join(cwd, 'cdk.out');
  const env = {
    PATH: process.env.PATH,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...loadContext(), ...context }),
    CDK_VALIDATION: 'false',
  };
  return new Promise((done) => {
    execFile(process.execPath, [resolve('bin/app.ts')], { cwd, env }, (error, _stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), stderr, outdir, cwd });
    });
  });
}

const models = (files: RepositoryFiles) => ({ models: writeRepository(files) });

describe('cdk synth', () => {
  it('writes a stack for platform, model and API, asking nobody for anything', async () => {
    const { code, stderr, outdir, cwd } = await runApp(models(oneModel));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
    expect(templates.sort()).toEqual([
      'siskin-dev-api.template.json',
      'siskin-dev-model-plus.template.json',
      'siskin-dev-platform.template.json',
    ]);
    // Lookups in an account would be missing here, and remembered in that file.
    expect(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')).missing).toBeUndefined();
    expect(existsSync(join(cwd, 'cdk.context.json'))).toBe(false);
    expect(existsSync('cdk.context.json')).toBe(false);
  }, 120_000);

  it('lists what is wrong with the repository, without a stack trace, and fails', async () => {
    const broken = { 'plus/1/readme.txt': 'no model', 'minus/1/model.onnx': 'no graph' };
    const { code, stderr, outdir } = await runApp(models(broken));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^2 problems in the model repository/);
    expect(stderr).toContain('plus/1');
    expect(stderr).toContain('minus/1/model.onnx');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
  }, 60_000);

  it('lists what is wrong with the context', async () => {
    const { code, stderr } = await runApp({ ...models(oneModel), stage: 'A-B', auth: 'none' });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'The context is not usable',
      '  -c stage=A-B: must be 1 to 16 lower-case letters and digits, a letter first.',
      '  -c auth=none: must be one of: apiKey, iam.',
    ]);
  }, 60_000);
});
