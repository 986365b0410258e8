import { fromText } from '@bufbuild/protobuf/txtpb';
import { type ModelConfig, ModelConfigSchema } from './generated/model_config_pb.ts';

export {
  DataType,
  type ModelConfig,
  ModelConfigSchema,
  type ModelInput,
  ModelInstanceGroup_Kind as InstanceKind,
  type ModelOutput,
} from './generated/model_config_pb.ts';

/** A config.pbtxt that Triton would not read. Lines and columns count from 1. */
export class ModelConfigError extends Error {
  override readonly name = 'ModelConfigError';
  readonly line: number;
  readonly column: number;
  /** What is wrong there. */
  readonly problem: string;

  constructor(line: number, column: number, problem: string, cause: unknown) {
    super(`line ${line}, column ${column}: ${problem}`, { cause });
    this.line = line;
    this.column = column;
    this.problem = problem;
  }
}

/** Reads config.pbtxt: protobuf text in which an unknown field and a wrong type are errors. */
export function readModelConfig(text: string): ModelConfig {
  try {
    return fromText(ModelConfigSchema, text);
  } catch (cause) {
    const problem = problemOf(cause);
    const { line, column } = placeOf(text, problem);
    throw new ModelConfigError(line, column, problem, cause);
  }
}

function problemOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * The library says what is wrong and not where. It reads from left to right, so the fault lies at the
 * end of the shortest piece of the text after which it fails in the same words, whatever comes next.
 */
function placeOf(text: string, problem: string): { line: number; column: number } {
  const lines = text.split('\n');
  let count = lines.length;
  while (count > 1 && failsAlike(lines.slice(0, count - 1).join('\n'), problem)) count -= 1;
  const before = lines.slice(0, count - 1).map((each) => `${each}\n`);
  const line = lines[count - 1] as string;
  let width = line.length;
  while (width > 0 && failsAlike(`${before.join('')}${line.slice(0, width - 1)}`, problem)) {
    width -= 1;
  }
  return { line: count, column: startOfToken(line.slice(0, width)) + 1 };
}

/** Begins no token, so that a piece that was cut off fails in other words than the whole text. */
const noToken = '\n\u{fffe}';

function failsAlike(piece: string, problem: string): boolean {
  try {
    fromText(ModelConfigSchema, piece + noToken);
    return false;
  } catch (cause) {
    return problemOf(cause) === problem;
  }
}

const tokens = /#.*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[-+.\w]+|\S/g;

function startOfToken(upToFault: string): number {
  return [...upToFault.matchAll(tokens)].at(-1)?.index ?? 0;
}
