import { z } from 'zod';
import {
  type BatchRequest,
  type BatchSettings,
  batchErrors,
  batchFormats,
} from '../contract/batch.ts';
import type { ManifestVersion, ModelManifest } from '../contract/manifest.ts';
import { quote, quoteNames } from '../protocol/quote.ts';
import { mappingProblems } from '../records/columns/input-source.ts';
import { rowSignature } from '../records/columns/row-signature.ts';
import { kindOf } from './backtest/prediction.ts';
import { BatchFailure } from './batch-failure.ts';
import { type Place, parsePlace } from './place.ts';

/** A request with every default filled in, as the plan keeps it. */
export interface JobRequest {
  readonly input: Place;
  readonly output: Place;
  readonly version: string;
  readonly format?: BatchRequest['format'];
  readonly key?: string;
  readonly columns?: NonNullable<BatchRequest['columns']>;
  readonly errorLimit: number;
  readonly shardBytes: number;
  readonly partRows: number;
  readonly onlyNew: boolean;
  readonly backtest?: JobBacktest;
}

export interface JobBacktest {
  readonly challenger: string;
  readonly label: string;
  readonly prediction: string;
  readonly slices: readonly string[];
}

const mebibyte = 1024 * 1024;
const place = z.string().transform((text, context) => {
  const parsed = parsePlace(text);
  if (parsed) return parsed;
  context.addIssue({
    code: 'custom',
    message: `${quote(text)} is not of the form s3://bucket/key`,
  });
  return z.NEVER;
});
const name = z.string().min(1);

const schema = z.strictObject({
  input: place,
  output: place.refine(({ key }) => key === '' || key.endsWith('/'), {
    message: 'is a prefix and must end with "/"',
  }),
  version: name.optional(),
  format: z.enum(batchFormats).optional(),
  key: name.optional(),
  columns: z.record(z.string(), z.union([name, z.array(name)])).optional(),
  errorLimit: z.int().min(0).optional(),
  shardBytes: z
    .int()
    .min(1)
    .default(64 * mebibyte),
  partRows: z.int().min(1).max(1_000_000).default(8192),
  onlyNew: z.boolean().default(false),
  backtest: z
    .strictObject({
      challenger: name,
      label: name,
      prediction: name.optional(),
      slices: z.array(name).default([]),
    })
    .optional(),
});

/** Reads the state machine's input; one error names everything that is wrong with it. */
export function parseJobRequest(
  given: unknown,
  manifest: ModelManifest,
  settings: BatchSettings,
): JobRequest {
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    );
    throw refusal(problems);
  }
  const { version = manifest.live, errorLimit = settings.errorLimit, ...rest } = parsed.data;
  const problems = [
    ...versionProblems(manifest, version),
    ...columnProblems(manifest, version, rest.columns),
    ...overlap(rest.input, rest.output),
  ];
  const backtest = rest.backtest && backtestOf(rest.backtest, manifest, version, problems);
  if (backtest && (rest.key || rest.format)) {
    problems.push('backtest: writes no predictions; leave key and format out');
  }
  if (problems.length > 0) throw refusal(problems);
  return { ...rest, version, errorLimit, backtest } as JobRequest;
}

function backtestOf(
  given: { challenger: string; label: string; prediction?: string | undefined; slices: string[] },
  manifest: ModelManifest,
  champion: string,
  problems: string[],
): JobBacktest {
  const { challenger } = given;
  const unknown = versionProblems(manifest, challenger);
  problems.push(...unknown.map((problem) => `backtest.challenger: ${problem}`));
  if (challenger === champion) {
    problems.push(`backtest.challenger: is version ${quote(champion)}, as the champion is`);
  }
  const first = manifest.versions.find(({ version }) => version === champion);
  const second = manifest.versions.find(({ version }) => version === challenger);
  const prediction = given.prediction ?? first?.outputs[0]?.name ?? '';
  for (const version of [first, second]) {
    if (version) problems.push(...predictionProblems(version, prediction));
  }
  const kinds = [first, second].flatMap((version) => {
    const output = version?.outputs.find((each) => each.name === prediction);
    return output ? [kindOf(output)] : [];
  });
  if (new Set(kinds).size > 1) {
    problems.push(
      `backtest.prediction: ${quote(prediction)} is a ${kinds[0]} in version ${champion}, but a ${kinds[1]} in version ${challenger}`,
    );
  }
  return { ...given, prediction };
}

function predictionProblems({ version, outputs }: ManifestVersion, prediction: string): string[] {
  if (outputs.some((output) => output.name === prediction)) return [];
  const known = quoteNames(outputs.map((output) => output.name));
  return [
    `backtest.prediction: version ${version} has no output ${quote(prediction)}, only ${known}`,
  ];
}

function versionProblems({ name: model, versions }: ModelManifest, wanted: string): string[] {
  if (versions.some(({ version }) => version === wanted)) return [];
  const known = quoteNames(versions.map(({ version }) => version));
  return [`model ${quote(model)} has no version ${quote(wanted)}, only ${known}`];
}

function columnProblems(
  { versions }: ModelManifest,
  wanted: string,
  columns: BatchRequest['columns'] = {},
): string[] {
  const version = versions.find((each) => each.version === wanted);
  return version ? mappingProblems(rowSignature(version), columns) : [];
}

/** An output inside the input would be read as input by the next listing. */
function overlap(input: Place, output: Place): string[] {
  const isPrefix = input.key === '' || input.key.endsWith('/');
  if (input.bucket !== output.bucket || !isPrefix || !output.key.startsWith(input.key)) return [];
  return ['output: lies inside the input, so that results would be read as input; move it beside'];
}

function refusal(problems: readonly string[]): BatchFailure {
  return new BatchFailure(batchErrors.badRequest, problems.join('; '));
}
