import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchCloud } from './batch-cloud.ts';
import { repositoryOf, scaleModel } from './scale-model.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const yaml = 'target: sagemaker\nsagemaker: {instance: ml.c5.large}\nbatch: {}\n';
const numbers = Array.from({ length: 300 }, (_, at) => at / 4);
const line = (x: number) =>
  `${JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [x] }] })}\n`;

describe.skipIf(process.platform !== 'linux')('A batch job of a model on SageMaker', () => {
  let cloud: BatchCloud;

  beforeAll(async () => {
    cloud = await BatchCloud.open(
      repositoryOf({ scale: { yaml, versions: { 1: scaleModel.good(2) } } }),
    );
  });

  afterAll(async () => {
    await cloud?.close();
  });

  /** Writes files of input; gives the words of the command. */
  function places(name: string, files: Readonly<Record<string, string>>): string[] {
    const input = cloud.path(`${name}-in`);
    mkdirSync(input, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(input, file), content);
    return ['scale', '--input', input, '--output', cloud.path(`${name}-out`)];
  }
  const answers = (name: string, file: string): number[] =>
    readFileSync(join(cloud.path(`${name}-out`), file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text).outputs[0].data[0]);
  const last = <T>(events: readonly T[]) => events.at(-1);

  it('is run by the same command, and answers each line in its place', async () => {
    const files = { 'a.jsonl': numbers.map(line).join(''), 'b.jsonl': line(7).trimEnd() };
    const words = places('well', files);
    const { code, events, stderr } = await cloud.start(...words).ended;
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(answers('well', 'a.jsonl.out')).toEqual(numbers.map((x) => 2 * x));
    expect(answers('well', 'b.jsonl.out')).toEqual([14]);
    expect(last(events)).toMatchObject({
      event: 'complete',
      result: { rows: 301, errors: 0, parts: 2 },
      report: { workers: 1, hours: { spot: 0 }, cost: { currency: 'USD' } },
    });
    const again = await cloud.start(...words).ended;
    expect(last(again.events)).toMatchObject({ event: 'complete', result: { rows: 301 } });
  });

  it('fails for a refused line, keeps what is finished, and goes on with the rest alone', async () => {
    const files = {
      'good.jsonl': numbers.map(line).join(''),
      'bad.jsonl': `${line(1)}{"inputs":[]}\n`,
    };
    const words = places('ill', files);
    const { code, events } = await cloud.start(...words).ended;
    expect(code).toBe(1);
    expect(last(events)).toMatchObject({
      event: 'failed',
      error: 'TransformFailed',
      cause: expect.stringMatching(/bad\.jsonl.*ClientError: See job logs for more information/),
    });
    const again = await cloud.start(...words).ended;
    expect(again.code).toBe(1);
    const objects = await cloud.list('batch/scale/jobs/');
    const lists = objects.filter(({ Key }) => Key.includes('/_siskin/transforms/2.json'));
    const texts = await Promise.all(lists.map(({ Key }) => cloud.text(Key)));
    const named = texts.map((text) => (JSON.parse(text) as unknown[]).slice(1));
    expect(named).toContainEqual(['bad.jsonl']);
  });

  it('does not start with rows of columns, and says what it takes', async () => {
    const { code, events } = await cloud.start(...places('rows', { 'a.csv': 'x\n1\n' })).ended;
    expect(code).toBe(2);
    expect(last(events)).toMatchObject({
      event: 'failed',
      error: 'BadRequest',
      cause: expect.stringContaining('plain JSON Lines of inference requests'),
    });
  });
});
