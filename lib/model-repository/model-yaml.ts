import { distance } from 'fastest-levenshtein';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
} from 'yaml';
import { z } from 'zod';
import { type ModelFile, modelConfigSchema } from './model-config.ts';
import type { Problem } from './problem.ts';

/** A model.yaml as far as it could be understood. */
export interface ModelYaml {
  /** The fields that are valid, defaults filled in. A faulty field is absent and has its problem. */
  readonly values: Partial<ModelFile>;
  readonly problems: readonly Problem[];
  /** Line of a field that the file sets, such as `rollout.percent`. */
  lineOf(field: string): number | undefined;
}

type Path = readonly PropertyKey[];

/** Reads a model.yaml's text. `file` is how problems name it; an empty text means all defaults. */
export function parseModelYaml(text: string, file: string): ModelYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const nothing = { values: {}, lineOf: () => undefined };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ message, pos }) => syntaxProblem(file, message, lines, pos[0]));
    return { ...nothing, problems };
  }
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch (cause) {
    // The library finds aliases without anchor, or expanding without end, only here.
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ...nothing, problems: [syntaxProblem(file, message, lines, 0)] };
  }
  const lineOf = (path: Path) => lineInDocument(document, lines, path)?.line;
  return {
    values: validFields(content),
    problems: schemaProblems(content, file, lineOf),
    lineOf: (field) => {
      const found = lineInDocument(document, lines, field.split('.'));
      return found?.whole ? found.line : undefined;
    },
  };
}

function syntaxProblem(file: string, message: string, lines: LineCounter, at: number): Problem {
  const fix = 'Correct the YAML; docs/model-yaml.md shows a complete file';
  const sentence = message.replace(/\.$/, '');
  return { file, line: lines.linePos(at).line, problem: `is not valid YAML: ${sentence}`, fix };
}

/** Fields one by one, since zod gives none when a single one is wrong, and later checks need the rest. */
function validFields(content: unknown): Partial<ModelFile> {
  const given = isRecord(content) ? content : {};
  const fields = Object.entries(modelConfigSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(Object.hasOwn(given, key) ? given[key] : undefined);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(fields);
}

function schemaProblems(
  content: unknown,
  file: string,
  lineOf: (path: Path) => number | undefined,
): Problem[] {
  const parsed = modelConfigSchema.safeParse(content);
  if (parsed.success) return [];
  const problems = parsed.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(content, file, [...issue.path, key], lineOf));
    }
    return [wrongValue(content, file, issue, lineOf)];
  });
  // One value may break several rules of its field; the sentence is the same.
  return problems.filter(
    (problem, at) =>
      problems.findIndex(
        (other) => other.field === problem.field && other.problem === problem.problem,
      ) === at,
  );
}

function unknownKey(
  content: unknown,
  file: string,
  path: Path,
  lineOf: (path: Path) => number | undefined,
): Problem {
  return {
    ...location(content, file, path, lineOf),
    problem: 'is not a field of model.yaml',
    fix: `The nearest known field is ${nearestField(path)}; docs/model-yaml.md lists all`,
  };
}

function wrongValue(
  content: unknown,
  file: string,
  issue: z.core.$ZodIssue,
  lineOf: (path: Path) => number | undefined,
): Problem {
  if (issue.path.length === 0) {
    const fix = 'Write one "field: value" a line; docs/model-yaml.md shows a complete file';
    return { file, line: 1, seen: shorten(content), problem: issue.message, fix };
  }
  const empty = valueAt(content, issue.path) === null;
  return {
    ...location(content, file, issue.path, lineOf),
    problem: empty ? 'has no value' : issue.message,
    fix: empty
      ? 'Write a value behind the colon, or remove the line to get the default'
      : 'Correct the value, or remove the line to get the default',
  };
}

function location(
  content: unknown,
  file: string,
  path: Path,
  lineOf: (path: Path) => number | undefined,
): Omit<Problem, 'problem' | 'fix'> {
  const line = lineOf(path);
  const seen = shorten(valueAt(content, path));
  return { file, field: path.map(String).join('.'), ...(line === undefined ? {} : { line }), seen };
}

/** Every field with its dots: `memory`, `rollout`, `rollout.percent` ... */
export const knownFields: readonly string[] = fieldsOf(modelConfigSchema.shape);

function fieldsOf(shape: Readonly<Record<string, z.core.$ZodType>>, prefix = ''): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const field = prefix + key;
    const inner = unwrapped(schema);
    return inner instanceof z.ZodObject ? [field, ...fieldsOf(inner.shape, `${field}.`)] : [field];
  });
}

/** The schema below its defaults and options. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? unwrapped(innerType) : schema;
}

/** By the last word alone, so that a `percent` at the top is led to `rollout.percent`. */
function nearestField(path: Path): string {
  const word = (field: string) => field.slice(field.lastIndexOf('.') + 1).toLowerCase();
  const written = String(path.at(-1)).toLowerCase();
  const parent = path.slice(0, -1).map(String).join('.');
  const near = (field: string) =>
    distance(written, word(field)) + (field.startsWith(parent) ? 0 : 0.5);
  return knownFields.reduce((best, field) => (near(field) < near(best) ? field : best));
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) ? value[String(key)] : undefined),
    content,
  );
}

/** Line of the deepest part of the path that the document has, and whether that is the whole path. */
function lineInDocument(
  document: Document,
  lines: LineCounter,
  path: Path,
): { readonly line: number; readonly whole: boolean } | undefined {
  let node: unknown = document.contents;
  let line: number | undefined;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    let marker: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      [marker, node] = [pair?.key, pair?.value];
    } else {
      marker = isSeq(node) ? node.items[Number(key)] : undefined;
      node = marker;
    }
    const start = isNode(marker) ? marker.range?.[0] : undefined;
    if (start === undefined) return line === undefined ? undefined : { line, whole: false };
    line = lines.linePos(start).line;
  }
  return line === undefined ? undefined : { line, whole: true };
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
