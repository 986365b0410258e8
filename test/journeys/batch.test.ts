import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BatchEvent } from '../../cli/batch/events.ts';
import {
  type BatchManifest,
  type BatchReport,
  batchObjects,
} from '../../serving/contract/batch.ts';
import { readDigits } from '../../training/digits/images.ts';
import { type RepositoryFiles, writeRepository } from '../fixtures/inference-app.ts';
import { shippedVersion } from '../model-artifacts/shipped-version.ts';
import { BatchCloud } from './batch-cloud.ts';
import { repositoryOf, scaleModel } from './scale-model.ts';
import { siskin } from './siskin-process.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const rows = 2400;
/** The line that has no number, from 1. */
const badLine = 700;
const plus: RepositoryFiles = { 'plus/model.yaml': 'batch: {}', 'plus/1/model.onnx': 1 };
/** A model that takes milliseconds for each row, so that workers have some seconds to be interrupted in. */
const twice = repositoryOf({
  twice: { yaml: 'batch: {onDemandAfter: 10}', versions: { 1: scaleModel.slow(2) } },
});
const digits: RepositoryFiles = {
  'digits/model.yaml': 'batch: {}',
  'digits/1/model.onnx': shippedVersion('digits', '1').onnx,
  'digits/2/model.onnx': shippedVersion('digits', '2').onnx,
};

describe('A data engineer runs a model over files', () => {
  /** Two workers of fifty parts. */
  const cut = ['--part-rows', '24', '--shard-bytes', '34000', '--key', 'id'];
  let cloud: BatchCloud;
  let input: string;

  beforeAll(async () => {
    cloud = await BatchCloud.open({ ...plus, ...twice, ...digits });
    input = cloud.path('rows.jsonl');
    writeFileSync(input, Array.from({ length: rows }, (_, at) => line(at + 1)).join(''));
  });
  afterAll(() => cloud?.close());

  const words = (output: string) => [
    ...['twice', '--input', input, '--output', cloud.path(output)],
    ...cut,
  ];
  const manifestOf = (output: string) => json<BatchManifest>(cloud.path(output), 'manifest');

  it('and gets every row in its place, the failed ones apart, and a report', async () => {
    const { code, events, stderr } = await cloud.start(...words('calm')).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['staged', 'started', 'progress', 'fetched', 'complete']),
    );
    expect(completionOf(events).result).toMatchObject({ rows: rows - 1, errors: 1 });
    const { parts, totals } = manifestOf('calm');
    expect(totals).toMatchObject({ records: rows, rows: rows - 1, errors: 1, parts: parts.length });
    const text = parts.map(({ key }) => readFileSync(join(cloud.path('calm'), key), 'utf8'));
    expect(text.join('')).toBe(Array.from({ length: rows }, (_, at) => answer(at + 1)).join(''));
    const errors = readFileSync(join(cloud.path('calm'), batchObjects.allErrors), 'utf8');
    expect(JSON.parse(errors)).toMatchObject({ object: 'rows.jsonl', line: badLine });
  });

  it('and gets the very same when workers are reclaimed and killed', async () => {
    const struck = ['--spot-interruptions', '1', '--kill-hard', '1'];
    const { code, events } = await cloud.start(...words('struck'), ...struck).ended;
    expect(code).toBe(0);
    const interrupted = events.filter(({ event }) => event === 'interrupted');
    expect(interrupted).toHaveLength(2);
    expect(filesOf(cloud.path('struck'))).toEqual(filesOf(cloud.path('calm')));
    expect(manifestOf('struck').parts).toEqual(manifestOf('calm').parts);
    expect(manifestOf('struck').totals).toEqual(manifestOf('calm').totals);
    const { interruptions } = json<BatchReport>(cloud.path('struck'), 'report');
    expect(interruptions).toEqual({ noticed: 1, killed: 1 });
  });

  it('and stops it with Ctrl-C, to go on later with the same command', async () => {
    const first = cloud.start(...words('stopped'));
    await untilParts('twice', 20);
    first.interrupt();
    const stopped = await first.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('The same command resumes it.');
    const early = await partsOf('twice');
    expect(early.length).toBeLessThan(manifestOf('calm').totals.parts);

    const { code, events } = await cloud.start(...words('stopped')).ended;
    expect(code).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ event: 'staged', sent: 0 }));
    expect(filesOf(cloud.path('stopped'))).toEqual(filesOf(cloud.path('calm')));
    expect(manifestOf('stopped').parts).toEqual(manifestOf('calm').parts);
    const times = new Map((await partsOf('twice')).map((part) => [part.Key, part.LastModified]));
    for (const { Key, LastModified } of early) expect(times.get(Key)).toEqual(LastModified);
  });

  it('and is told at once that a job was done before', async () => {
    const before = json<BatchReport>(cloud.path('calm'), 'report');
    const { code, events } = await cloud.start(...words('calm')).ended;
    expect(code).toBe(0);
    // No worker was started: the report is the first one's, attempts and all.
    expect(completionOf(events).report).toEqual(before);
  });

  it('and is refused an output that holds another job, of which nothing is overwritten', async () => {
    const before = filesOf(cloud.path('calm'));
    const folder = ['twice', '--input', input, '--output', cloud.path('calm')];
    const { code, events } = await cloud.start(...folder, '--part-rows', '100').ended;
    expect(code).toBe(2);
    expect(events.at(-1)).toMatchObject({ event: 'failed', exitCode: 2, error: 'OutputTaken' });
    const other = cloud.path('other.jsonl');
    writeFileSync(other, line(1));
    const refused = await cloud.start('twice', '--input', other, '--output', cloud.path('calm'))
      .ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('holds the output of another job');
    expect(filesOf(cloud.path('calm'))).toEqual(before);
  });

  it('and sees why one failed, with the rows that did', async () => {
    const failing = [...words('failed'), '--error-limit', '0'];
    const { code, events } = await cloud.start(...failing).ended;
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ error: 'TooManyFailedRows', exitCode: 1 });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'fetched', what: 'failed rows', files: 1 }),
    );
    const shown = await siskin(['batch', 'show', 'twice', ...cloud.place]);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('TooManyFailedRows: 1 rows have failed, and errorLimit is 0');
  });

  it('and lists and shows jobs', async () => {
    const listed = await siskin(['batch', 'list', 'twice', ...cloud.place, '--json']);
    const { jobs } = JSON.parse(listed.stdout) as { jobs: { name: string; status: string }[] };
    const statuses = jobs.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['SUCCEEDED', 'ABORTED', 'FAILED']));
    const { name } = jobs.find(({ status }) => status === 'SUCCEEDED') as { name: string };
    const shown = await siskin(['batch', 'show', 'twice', name, ...cloud.place]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/rows {4}2,399 answered, 1 failed, [\d,.]+ rows\/s/);
    const unknown = await siskin(['batch', 'show', 'twice', 'nobody', ...cloud.place]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no job nobody') });
  });

  it('and compares two versions on what is known to be true', async () => {
    const images = cloud.path('images.jsonl');
    const held = readDigits().heldOut.slice(0, 1000);
    const labelled = held.map(({ pixels, digit }) => ({ image: [...pixels], digit }));
    writeFileSync(images, labelled.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const { code, events } = await cloud.start(
      ...['digits', '--input', images, '--output', cloud.path('compared')],
      ...['--version', '1', '--challenger', '2', '--label', 'digit', '--slice', 'digit'],
    ).ended;
    expect(code).toBe(0);
    const { comparison } = completionOf(events);
    expect(comparison).toMatchObject({ champion: '1', challenger: '2' });
    expect(comparison?.slices).toHaveLength(10);
    const { overall, verdict } = comparison as NonNullable<typeof comparison>;
    if (!('accuracy' in overall)) throw new Error('digits are classes');
    expect(verdict).toMatch(/better/);
    expect(overall.accuracy.challenger?.value).toBeGreaterThan(0.97);
    expect(overall.accuracy.champion?.value).toBeLessThan(0.95);
    expect(overall.difference?.low).toBeGreaterThan(0);
    expect(overall.pValue).toBeLessThan(0.001);
  });

  it('and needs no cloud that runs: one is started for the job, and stopped after it', async () => {
    const few = cloud.path('few.csv');
    writeFileSync(few, 'id,x\n1,1\n2,2\n');
    const port = await freePort();
    const own = ['--local', '--port', String(port), '--models', writeRepository(plus)];
    const folder = cloud.path('elsewhere');
    mkdirSync(folder);
    const { code, stdout, stderr } = await siskin(
      ['batch', 'run', 'plus', '--input', few, '--output', 'out', '--key', 'id', ...own],
      folder,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(stdout).toContain('2 rows answered');
    const part = readFileSync(join(folder, 'out/few.csv/part-00000-00000.csv'), 'utf8');
    expect(part).toBe('id,y\n1,2\n2,3\n');
    await expect(fetch(`http://127.0.0.1:${port}/v2`)).rejects.toThrow();
  });

  /** Parts of the newest job that has any. */
  async function partsOf(model: string) {
    const jobs = await cloud.jobs(model);
    const prefix = new URL(jobs.at(-1)?.request.output ?? 's3://none/').pathname.slice(1);
    const listed = await cloud.list(prefix);
    return listed.filter(
      ({ Key }) => /\/part-\d+-\d+\.jsonl$/.test(Key) && !Key.includes('_siskin'),
    );
  }

  async function untilParts(model: string, count: number): Promise<void> {
    const known = (await cloud.jobs(model)).length;
    while ((await cloud.jobs(model)).length === known) await pause(20);
    while ((await partsOf(model)).length < count) await pause(20);
  }
});

function line(number: number): string {
  return `${JSON.stringify({ id: `row ${number}`, x: number === badLine ? 'seven' : numberOf(number) })}\n`;
}

/** The work for a row grows with its cube. */
function numberOf(number: number): number {
  return 120 + (number % 40);
}

function answer(number: number): string {
  return number === badLine
    ? ''
    : `${JSON.stringify({ id: `row ${number}`, y: 2 * numberOf(number) })}\n`;
}

function completionOf(events: readonly BatchEvent[]) {
  const last = events.at(-1);
  if (last?.event !== 'complete') throw new Error(`it ended with ${JSON.stringify(last)}`);
  return last;
}

function json<T>(folder: string, name: 'manifest' | 'report'): T {
  return JSON.parse(readFileSync(join(folder, batchObjects[name]), 'utf8')) as T;
}

/** What a job predicted and what failed, by path: digests, to be compared with another job's. */
function filesOf(folder: string): Record<string, string> {
  const own = ['job.json', 'manifest.json', 'report.json'];
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !own.includes(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(names.map((file) => [file.slice(folder.length), digest(file)]));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
