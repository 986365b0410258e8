import { createHash } from 'node:crypto';
import { inputPlace } from '../input-listing.ts';
import { type InputObject, objectBytes } from '../object-bytes.ts';
import type { ObjectStore } from '../object-store.ts';
import { below } from '../place.ts';
import type { TransformPlan } from './transform-plan.ts';

/** An object of the input with the object of answers that SageMaker wrote for it. */
export interface AnsweredObject {
  /** Of the answers, relative to the output. */
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Lines of the input. */
  readonly records: number;
  /** Lines of the output that are answers of the protocol. */
  readonly answers: number;
  /** Lines of the output. */
  readonly lines: number;
  readonly rows: number;
}

export function isComplete({ records, answers, lines }: AnsweredObject): boolean {
  return records === answers && records === lines;
}

/** Counts both sides; undefined when there is no output, which SageMaker writes last and as a whole. */
export async function answeredObject(
  store: ObjectStore,
  { request, rowsOutput }: TransformPlan,
  object: InputObject,
): Promise<AnsweredObject | undefined> {
  const key = `${object.name}.out`;
  const place = below(request.output, key);
  const head = await store.head(place);
  if (!head) return undefined;
  const input = objectBytes(store, inputPlace(request.input, object), object);
  let records = 0;
  for await (const _ of linesOf(input.stream(0, object.size))) records += 1;
  const hash = createHash('sha256');
  let [answers, lines, rows] = [0, 0, 0];
  const output = objectBytes(store, place, head);
  for await (const line of linesOf(output.stream(0, head.size), (block) => hash.update(block))) {
    lines += 1;
    const answered = rowsOf(line, rowsOutput);
    if (answered === undefined) continue;
    answers += 1;
    rows += answered;
  }
  return { key, bytes: head.size, sha256: hash.digest('hex'), records, answers, lines, rows };
}

/** Undefined for what is no answer of the protocol. */
function rowsOf(line: Uint8Array, rowsOutput: string | undefined): number | undefined {
  try {
    const { outputs } = JSON.parse(Buffer.from(line).toString('utf8')) as {
      outputs: { name: string; shape: number[] }[];
    };
    const shape = outputs.find(({ name }) => name === rowsOutput)?.shape;
    return shape?.[0] ?? 1;
  } catch {
    return undefined;
  }
}

const newline = 0x0a;

async function* linesOf(
  blocks: AsyncIterable<Uint8Array>,
  onBlock: (block: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  let begun: Uint8Array[] = [];
  for await (const block of blocks) {
    onBlock(block);
    let start = 0;
    for (let end = block.indexOf(newline); end >= 0; end = block.indexOf(newline, start)) {
      const rest = block.subarray(start, end);
      yield begun.length > 0 ? Buffer.concat([...begun, rest]) : rest;
      begun = [];
      start = end + 1;
    }
    if (start < block.length) begun.push(block.subarray(start));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
