import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckTensor, isSameAnswer } from '../contract/answer-check.ts';
import {
  checksumOf,
  cpuInfoFile,
  type FormFile,
  type ImageLayout,
  processorOf,
  type ReadPart,
} from '../contract/optimized-form.ts';
import { numericTypes } from '../protocol/datatype-table.ts';
import { elementCount, type Tensor } from '../protocol/tensor.ts';
import type { OpenForm } from './model-loader.ts';
import { runtimeVersion } from './native-binding.ts';
import type { Engine, Session } from './port.ts';

export interface OptimizedFormOptions {
  readonly engine: Engine;
  /** Folder of manifest.json. */
  readonly root: string;
  /** The processor's architecture, as Node spells it. */
  readonly architecture?: string;
  /** What Linux says of the processor. */
  readonly readCpuInfo?: () => string;
  /** Version of the runtime that the engine stands on. */
  readonly runtime?: () => string;
}

/**
 * Opens optimized forms that mean here what they meant where they were made and compared with their
 * model: the same runtime, the same layout of images, the same files.
 */
export function createFormOpener({
  engine,
  root,
  architecture = process.arch,
  readCpuInfo = () => readFileSync(cpuInfoFile, 'utf8'),
  runtime = runtimeVersion,
}: OptimizedFormOptions): OpenForm {
  return (form, version) => {
    const { layout, files } = form;
    refuseOther('', form.architecture, architecture);
    refuseOther('onnxruntime ', form.runtime, runtime());
    // Before anything is loaded, and with a reason; the proof below does not depend on it.
    if (layout) {
      refuseOther('processors ', layout.processor, processorOf(architecture, readCpuInfo()));
    }
    for (const file of files) refuseDamaged(root, file);
    const open = () => engine.load(join(root, form.path), version, 'optimized');
    if (!layout) return open();
    const proof = proveLayout(engine, root, layout);
    return proof instanceof Promise ? proof.then(open) : open();
  };
}

function refuseOther(what: string, wanted: string, found: string | undefined): void {
  if (wanted !== found) throw new Error(`it is for ${what}${wanted}, and this is ${found}`);
}

function refuseDamaged(root: string, { path, bytes, checksum }: FormFile): void {
  const file = openSync(join(root, path), 'r');
  const read: ReadPart = (part, position) => {
    readSync(file, part, 0, part.length, position);
  };
  try {
    // Of a file that is cut short, the missing end would be mapped all the same, and kill the process.
    const isWhole = fstatSync(file).size === bytes && checksumOf(bytes, read) === checksum;
    if (!isWhole) throw new Error(`${path} is damaged`);
  } finally {
    closeSync(file);
  }
}

/**
 * Throws unless the runtime lays out images here as it did where the form was made. Asked of the
 * runtime itself by a network of one convolution: an emulated processor shows the host's flags.
 */
function proveLayout(
  engine: Engine,
  root: string,
  { path, check }: ImageLayout,
): undefined | Promise<undefined> {
  const judge = (answers: readonly Tensor[]): undefined => {
    for (const [index, expected] of check.outputs.entries()) {
      if (isSameAnswer(tensorOf(expected).data, (answers[index] as Tensor).data)) continue;
      throw new Error('onnxruntime lays out images otherwise on this processor');
    }
  };
  const prove = (session: Session): undefined | Promise<undefined> => {
    const names = check.outputs.map(({ name }) => name);
    const answers = session.run(check.inputs.map(tensorOf), names);
    const close = () => session.dispose();
    if (answers instanceof Promise) return answers.then(judge).finally(close);
    try {
      return judge(answers);
    } finally {
      void close();
    }
  };
  const session = engine.load(join(root, path), check, 'optimized');
  return session instanceof Promise ? session.then(prove) : prove(session);
}

function tensorOf({ name, datatype, shape, data }: CheckTensor): Tensor {
  if (datatype === 'BYTES') return { name, datatype, shape, data: data as readonly string[] };
  const bytes = Buffer.from(data as string, 'base64');
  const elements = new numericTypes[datatype].array(elementCount(shape) ?? 0);
  new Uint8Array(elements.buffer).set(bytes);
  return { name, datatype, shape, data: elements };
}
