import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BatchRequest, batchObjects } from '../../serving/contract/batch.ts';
import { openWriter } from '../../serving/records/formats.ts';
import { BatchCloud, type Job } from './batch-cloud.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const lines = Array.from({ length: 2000 }, (_, at) => `{"x":${at}}\n`).join('');
const backtest = { challenger: '2', label: 'truth' };

interface Case {
  readonly what: string;
  readonly file: string;
  readonly content: string | Uint8Array;
  readonly more?: Partial<BatchRequest>;
  readonly error: string;
  readonly cause: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'gzip that is cut off',
    file: 'rows.jsonl.gz',
    content: gzipSync(lines).subarray(0, 3000),
    error: 'InputDamaged',
    cause: /rows\.jsonl\.gz: .*(cut off|ends)/,
  },
  {
    what: 'a CSV file without a column of the model',
    file: 'rows.csv',
    content: 'id,y\n1,2\n',
    error: 'InputDamaged',
    cause: /rows\.csv: .*"x"/,
  },
  {
    what: 'Parquet of another schema',
    file: 'rows.parquet',
    content: otherParquet(),
    error: 'InputDamaged',
    cause: /rows\.parquet: .*"x"/,
  },
  {
    what: 'a file of a form that nobody knows',
    file: 'rows.xlsx',
    content: 'PK',
    error: 'BadRequest',
    cause: /rows\.xlsx/,
  },
  {
    what: 'a backtest over a CSV file without labels',
    file: 'rows.csv',
    content: 'x\n1\n2\n',
    more: { version: '1', backtest },
    error: 'InputDamaged',
    cause: /"truth"/,
  },
  {
    what: 'a backtest over lines without labels',
    file: 'rows.jsonl',
    content: lines,
    more: { version: '1', backtest },
    error: 'TooManyFailedRows',
    cause: /2000 rows have failed, and errorLimit is 100/,
  },
];

describe('A batch job over input that is not as it should be', () => {
  let cloud: BatchCloud;
  let jobs: readonly Job[];

  beforeAll(async () => {
    cloud = await BatchCloud.open({
      'plus/model.yaml': 'batch: {}',
      'plus/1/model.onnx': 1,
      'plus/2/model.onnx': 2,
    });
    for (const [at, { file, content, more }] of cases.entries()) {
      await cloud.put(`batch/plus/${at}/${file}`, content);
      await cloud.execute('plus', { ...places(String(at)), ...more });
    }
    jobs = await cloud.ended('plus', cases.length);
  });
  afterAll(() => cloud?.close());

  it.each(cases.map((each, at) => [each.what, each, at] as const))(
    'says what is wrong with %s',
    (_what, { error, cause }, at) => {
      const job = jobs.find(({ request }) => request.input === places(String(at)).input);
      expect(job).toMatchObject({ status: 'FAILED', error });
      expect(job?.cause).toMatch(cause);
    },
  );

  it('takes line ends of any kind, a byte order mark and empty files as they come', async () => {
    const files = {
      'a-windows.jsonl': '{"x":1}\r\n{"x":2}\r\n',
      'b-mark.csv': '\uFEFFx\r\n3\r\n',
      'c-empty.jsonl': '',
      'd-unfinished.jsonl': '{"x":4}\n{"x":5}',
      'e-long.jsonl': `{"x":6}\n{"x":7,"note":"${'-'.repeat(17 * 1024 * 1024)}"}\n{"x":8}\n`,
    };
    for (const [name, text] of Object.entries(files)) {
      await cloud.put(`batch/plus/odd/${name}`, text);
    }
    await cloud.execute('plus', { ...places('odd'), version: '1', format: 'jsonl' });
    const ended = await cloud.ended('plus', cases.length + 1);
    expect(ended.at(-1)).toMatchObject({ status: 'SUCCEEDED' });
    const output = 'batch/plus/odd-output/';
    const keys = (await cloud.list(output)).map(({ Key }) => Key);
    const parts = keys.filter((key) => !key.includes(batchObjects.folder));
    const text = await Promise.all(parts.map((key) => cloud.text(key)));
    expect(text.join('').match(/[\d.]+/g)).toEqual(['2', '3', '4', '5', '6', '7', '9']);
    const failed = await cloud.text(`${output}${batchObjects.allErrors}`);
    expect(JSON.parse(failed)).toMatchObject({ object: 'e-long.jsonl', line: 2 });
  });

  it('stops when the input is overwritten under it', async () => {
    const [input, output] = ['batch/plus/moving/rows.jsonl', 'batch/plus/moving-output/'];
    await cloud.put(input, lines);
    await cloud.execute('plus', places('moving'));
    const isPlanned = async () => (await cloud.list(output + batchObjects.plan)).length > 0;
    while (!(await isPlanned())) await pause(10);
    await cloud.put(input, lines.replace('1', '2'));
    const ended = await cloud.ended('plus', cases.length + 2);
    expect(ended.at(-1)).toMatchObject({
      error: 'InputChanged',
      cause: expect.stringContaining('overwritten'),
    });
  });
});

function places(name: string): BatchRequest {
  const prefix = `s3://${BatchCloud.bucket}/batch/plus/${name}`;
  return { input: `${prefix}/`, output: `${prefix}-output/` };
}

function otherParquet(): Uint8Array {
  const z = { name: 'z', datatype: 'FP32', shape: [-1] } as const;
  const writer = openWriter({
    format: 'parquet',
    signature: { inputs: [z], outputs: [z] },
    carried: [],
  });
  const batch = { rows: 2, inputs: [], records: [0, 1], carried: new Map() };
  writer.add(batch, [{ ...z, shape: [2], data: Float32Array.of(1, 2) }]);
  return writer.finish();
}
