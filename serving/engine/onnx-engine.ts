import type { InferenceSession } from 'onnxruntime-node';
import type { TensorSpec } from '../contract/manifest.ts';
import { SiskinError } from '../error/siskin-error.ts';
import { quote } from '../protocol/quote.ts';
import type { Signature } from '../protocol/signature-match.ts';
import { shapeText, type Tensor } from '../protocol/tensor.ts';
import { nativeBinding } from './native-binding.ts';
import { tensorSpecOf } from './onnx-metadata.ts';
import { fromOnnx, type OnnxTensor, toOnnx } from './onnx-tensor.ts';
import type { Engine, Session } from './port.ts';
import { andThen, type Soon } from './soon.ts';

export interface OnnxEngineOptions {
  /** Threads of one inference. */
  readonly threads: number;
  /**
   * The public `session.run` waits for a turn of the event loop, which costs a small model twice its
   * compute. The binding below it answers at once, but is no documented interface: the public one
   * stays, behind this switch, and the tests run both.
   */
  readonly api?: 'binding' | 'public';
}

// Objects without a prototype: tensors may be named like its members.
type Feeds = Record<string, OnnxTensor>;
type Fetches = Record<string, null>;

/** What both interfaces of onnxruntime give. */
interface NativeSession {
  run(feeds: Feeds, fetches: Fetches): Soon<Feeds>;
  /** Each input's named dimensions; unnamed and fixed ones are empty. */
  symbols(): ReadonlyMap<string, readonly string[]>;
  signature(): Signature;
  dispose(): void | Promise<void>;
}

export function createOnnxEngine({ threads, api = 'binding' }: OnnxEngineOptions): Engine {
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Nothing but fatal: what the caller must know comes back as an exception, which is logged once.
    logSeverityLevel: 4,
  } as const;
  const open = api === 'binding' ? openBinding : openPublic;
  return {
    load(file, signature, form = 'released') {
      const graphOptimizationLevel = form === 'optimized' ? 'disabled' : 'all';
      const opened = notReady(file, () => open(file, { ...options, graphOptimizationLevel }));
      return andThen(opened, (native) => new OnnxSession(native, signature));
    },
  };
}

type SessionOptions = InferenceSession.SessionOptions;
type Run = (feeds: Feeds, fetches: Fetches) => Feeds;

function openBinding(file: string, options: SessionOptions): NativeSession {
  const session = new (nativeBinding().InferenceSession)();
  session.loadModel(file, options);
  const run = session.run as unknown as Run;
  return {
    // Without options of this one run: the binding has its own for all that have none.
    run: (feeds, fetches) => run.call(session, feeds, fetches),
    symbols: () =>
      new Map(session.inputMetadata.map((input) => [input.name, input.symbolicDimensions])),
    signature: () => ({
      inputs: session.inputMetadata.map(tensorSpecOf),
      outputs: session.outputMetadata.map(tensorSpecOf),
    }),
    dispose: () => session.dispose(),
  };
}

async function openPublic(file: string, options: SessionOptions): Promise<NativeSession> {
  const { InferenceSession, Tensor: PublicTensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(file, options);
  const checked = ({ type, data, dims }: OnnxTensor) => {
    const tensor = new PublicTensor(type as never, data as never, dims);
    // The class turns halves into a Float16Array, of which the binding below it reads nothing.
    if (type === 'float16') Object.defineProperty(tensor, 'data', { value: data });
    return tensor;
  };
  return {
    run: async (feeds, fetches) => {
      const given: Record<string, ReturnType<typeof checked>> = Object.create(null);
      for (const [name, tensor] of Object.entries(feeds)) given[name] = checked(tensor);
      return (await session.run(given, fetches)) as unknown as Feeds;
    },
    symbols: () =>
      new Map(
        session.inputMetadata.map((input) => [
          input.name,
          input.isTensor ? input.shape.map((size) => (typeof size === 'string' ? size : '')) : [],
        ]),
      ),
    signature: () => ({
      inputs: session.inputMetadata.map(tensorSpecOf),
      outputs: session.outputMetadata.map(tensorSpecOf),
    }),
    dispose: () => session.release(),
  };
}

class OnnxSession implements Session {
  readonly #native: NativeSession;
  /** Inputs that the runtime takes, each with the names of its dimensions. */
  readonly #symbols: ReadonlyMap<string, readonly string[]>;
  readonly #outputs: ReadonlyMap<string, TensorSpec>;

  constructor(native: NativeSession, signature: Signature = native.signature()) {
    this.#native = native;
    this.#symbols = native.symbols();
    this.#outputs = new Map(signature.outputs.map((spec) => [spec.name, spec]));
  }

  get signature(): Signature {
    return this.#native.signature();
  }

  run(inputs: readonly Tensor[], outputs: readonly string[]) {
    this.#refuseFixed(inputs);
    const feeds: Feeds = Object.create(null);
    for (const tensor of inputs) feeds[tensor.name] = toOnnx(tensor);
    const fetches: Fetches = Object.create(null);
    for (const name of outputs) fetches[name] = null;
    const answers = translated(
      () => this.#native.run(feeds, fetches),
      (cause) => this.#failure(inputs, cause),
    );
    return andThen(answers, (values) => this.#tensors(outputs, values));
  }

  dispose() {
    return this.#native.dispose();
  }

  /**
   * onnxruntime-node silently drops what it is given for an initializer, so that the answer would be
   * the one without it.
   */
  #refuseFixed(inputs: readonly Tensor[]): void {
    const fixed = inputs.find(({ name }) => !this.#symbols.has(name));
    if (!fixed) return;
    throw new SiskinError(
      'signature_mismatch',
      `input ${quote(fixed.name)} has a default value in the model's graph, which the runtime cannot replace; leave the input out`,
    );
  }

  /**
   * Inputs that disagree on a named dimension, or are empty, are the caller's mistake. The runtime
   * does not check it, and some models take such inputs on purpose: it counts only when the run failed.
   */
  #failure(inputs: readonly Tensor[], cause: unknown): SiskinError {
    const conflict = dimensionConflict(inputs, this.#symbols);
    if (conflict) return new SiskinError('signature_mismatch', conflict, { cause });
    const why = nativeMessage(cause);
    // Empty tensors are legal, and most models take them; one that fails over them is not at fault.
    const empty = inputs.find(({ data }) => data.length === 0);
    if (empty) {
      const what = `input ${quote(empty.name)} ${shapeText(empty.shape)} holds no elements`;
      const message = `${what}, which the model cannot compute: ${why}`;
      return new SiskinError('signature_mismatch', message, { cause });
    }
    return new SiskinError('model_error', `the model failed: ${why}`, { cause });
  }

  #tensors(names: readonly string[], values: Feeds): Tensor[] {
    return names.map((name) => {
      const spec = this.#outputs.get(name);
      const value = values[name];
      if (spec && value) return fromOnnx(spec, value);
      throw new SiskinError('model_error', `the model gave no output ${quote(name)}`);
    });
  }
}

function dimensionConflict(
  inputs: readonly Tensor[],
  symbols: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const seen = new Map<string, { input: string; size: number }>();
  for (const { name, shape } of inputs) {
    for (const [axis, size] of shape.entries()) {
      const symbol = symbols.get(name)?.[axis];
      if (!symbol) continue;
      const first = seen.get(symbol);
      if (first && first.size !== size) {
        return `the dimension ${quote(symbol)} is ${first.size} in input ${quote(first.input)}, but ${size} in input ${quote(name)}`;
      }
      seen.set(symbol, { input: name, size });
    }
  }
  return undefined;
}

function notReady<T>(file: string, work: () => Soon<T>): Soon<T> {
  const wrap = (cause: unknown) =>
    new SiskinError(
      'model_not_ready',
      `the model could not be loaded: ${nativeMessage(cause).replaceAll(file, 'model.onnx')}`,
      { cause },
    );
  return translated(work, wrap);
}

function translated<T>(work: () => Soon<T>, wrap: (cause: unknown) => SiskinError): Soon<T> {
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    return result.catch((cause: unknown) => {
      throw wrap(cause);
    });
  } catch (cause) {
    throw wrap(cause);
  }
}

/** onnxruntime's messages lead with the place in its own sources; the caller needs the end. */
function nativeMessage(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const firstLine = text.split('\n', 1)[0] as string;
  return firstLine.replace(/\/\S*onnxruntime\/\S+\s*/g, '').trim();
}
