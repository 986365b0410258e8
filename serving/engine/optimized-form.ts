import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type AnswerCheck, type CheckTensor, isSameAnswer } from '../contract/answer-check.ts';
import { cpuInfoFile, type FormFile, processorOf } from '../contract/optimized-form.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import { elementCount, type Tensor } from '../protocol/tensor.ts';
import type { OpenForm } from './model-loader.ts';
import type { Engine, Session } from './port.ts';

export interface OptimizedFormOptions {
  readonly engine: Engine;
  /** Folder of manifest.json. */
  readonly root: string;
  /** The processor's architecture, as Node spells it. */
  readonly architecture?: string;
  /** What Linux says of the processor. */
  readonly readCpuInfo?: () => string;
}

/** Opens optimized forms that were made for this processor, are whole, and answer as they should. */
export function createFormOpener({
  engine,
  root,
  architecture = process.arch,
  readCpuInfo = () => readFileSync(cpuInfoFile, 'utf8'),
}: OptimizedFormOptions): OpenForm {
  return (form, version) => {
    if (form.architecture !== architecture) {
      throw new Error(`it is for ${form.architecture}, and this is ${architecture}`);
    }
    // First of all: on another processor even trying the graph may read beyond its weights.
    if (form.processor !== undefined) {
      const processor = processorOf(architecture, readCpuInfo());
      if (processor !== form.processor) {
        throw new Error(`it is for processors ${form.processor}, and this is ${processor}`);
      }
    }
    for (const file of form.files) refuseDamaged(root, file);
    const check: AnswerCheck = JSON.parse(readFileSync(join(root, form.check), 'utf8'));
    const session = engine.load(join(root, form.path), version, 'optimized');
    return session instanceof Promise
      ? session.then((opened) => proven(opened, check))
      : proven(session, check);
  };
}

const chunkBytes = 256 * 1024;

/** Reads in pieces, which leaves the weights in the page cache, from where they are mapped. */
function refuseDamaged(root: string, { path, bytes, crc32: expected }: FormFile): void {
  const chunk = Buffer.allocUnsafe(Math.min(bytes + 1, chunkBytes));
  const file = openSync(join(root, path), 'r');
  let size = 0;
  let sum = 0;
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      sum = crc32(read === chunk.length ? chunk : chunk.subarray(0, read), sum);
      size += read;
    }
  } finally {
    closeSync(file);
  }
  if (size !== bytes || sum !== expected) throw new Error(`${path} is damaged`);
}

/** The session, once it has answered the check; also the warm-up that a function needs anyway. */
function proven(session: Session, { inputs, outputs }: AnswerCheck): Session | Promise<Session> {
  const warm: Session = {
    run: (...args) => session.run(...args),
    dispose: () => session.dispose(),
    isWarm: true,
  };
  const judge = (answers: readonly Tensor[]) => {
    const wrong = outputs.find(
      (expected, index) => !isSameAnswer(tensorOf(expected).data, (answers[index] as Tensor).data),
    );
    if (!wrong) return warm;
    throw new Error(`it gives another output "${wrong.name}" than the model that it was made from`);
  };
  const closed = (reason: unknown): never => {
    void session.dispose();
    throw reason;
  };
  try {
    const answers = session.run(
      inputs.map(tensorOf),
      outputs.map(({ name }) => name),
    );
    return answers instanceof Promise ? answers.then(judge).catch(closed) : judge(answers);
  } catch (reason) {
    return closed(reason);
  }
}

function tensorOf({ name, datatype, shape, data }: CheckTensor): Tensor {
  if (datatype === 'BYTES') return { name, datatype, shape, data: data as readonly string[] };
  const bytes = Buffer.from(data as string, 'base64');
  const elements = new numericTypes[datatype].array(elementCount(shape) ?? 0);
  new Uint8Array(elements.buffer).set(bytes);
  return { name, datatype, shape, data: elements };
}
