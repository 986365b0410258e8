import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/**
 * A batch worker as one writes it in an hour, with the same batches, the same session and parts of the
 * same size, and nothing of resuming, checking and error files: JSON.parse and JSON.stringify a line.
 */
export interface NaiveTask {
  readonly input: string;
  readonly output: string;
  readonly handlerFile: string;
  readonly modelFile: string;
  readonly tensor: string;
  /** Elements of a row; read from the member of the tensor's name, or from columns `<name>_<n>`. */
  readonly elements: number;
  readonly batch: number;
  readonly partRows: number;
}

type Runtime = typeof import('onnxruntime-node');
type Line = Readonly<Record<string, unknown>>;

const task: NaiveTask = JSON.parse(process.argv[2] as string);
const { InferenceSession, Tensor }: Runtime = createRequire(task.handlerFile)('onnxruntime-node');
const session = await InferenceSession.create(task.modelFile, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const client = new S3Client({ forcePathStyle: true });
let batch: Line[] = [];
let part: string[] = [];
let parts = 0;
let rows = 0;

function valuesOf(line: Line): readonly number[] {
  const whole = line[task.tensor];
  if (whole) return whole as number[];
  return Array.from(
    { length: task.elements },
    (_, index) => line[`${task.tensor}_${index}`],
  ) as number[];
}

async function infer(): Promise<void> {
  const data = new Float32Array(batch.length * task.elements);
  batch.forEach((line, row) => {
    data.set(valuesOf(line), row * task.elements);
  });
  const feeds = { [task.tensor]: new Tensor('float32', data, [batch.length, task.elements]) };
  const outputs = await session.run(feeds);
  for (const [row, { id }] of batch.entries()) {
    const answer: Record<string, unknown> = { id };
    for (const name of session.outputNames) {
      const { data: all, dims } = outputs[name] as InstanceType<Runtime['Tensor']>;
      const size = all.length / (dims[0] as number);
      answer[name] = Array.from((all as Float32Array).subarray(row * size, (row + 1) * size));
    }
    part.push(JSON.stringify(answer));
  }
  rows += batch.length;
  batch = [];
  if (part.length >= task.partRows) await writePart();
}

async function writePart(): Promise<void> {
  const Key = `${task.output}part-${parts}.jsonl`;
  await client.send(new PutObjectCommand({ Bucket: 'data', Key, Body: `${part.join('\n')}\n` }));
  part = [];
  parts += 1;
  process.stdout.write(`${JSON.stringify({ part: Key, rows })}\n`);
}

const { Body } = await client.send(new GetObjectCommand({ Bucket: 'data', Key: task.input }));
let rest = '';
for await (const text of (Body as Readable).setEncoding('utf8')) {
  // Not readline, which hands lines over one promise each and takes half as long again.
  const lines = (rest + text).split('\n');
  rest = lines.pop() as string;
  for (const line of lines) {
    batch.push(JSON.parse(line));
    if (batch.length >= task.batch) await infer();
  }
}
if (batch.length > 0) await infer();
if (part.length > 0) await writePart();
