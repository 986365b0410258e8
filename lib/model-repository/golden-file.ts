import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { datatypes } from '../../serving/contract/datatype.ts';
import type { GoldenFile } from '../../serving/contract/golden.ts';
import type { Problem } from './problem.ts';

export type GoldenReading =
  | { readonly golden: GoldenFile; readonly problems: readonly [] }
  | { readonly golden?: undefined; readonly problems: readonly Problem[] };

const bound = z.number().nonnegative();

/** The frame of a golden.json. Requests are judged by the data plane that answers them. */
const goldenSchema = z.strictObject({
  tolerance: z.strictObject({ absolute: bound, relative: bound }),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        request: z.looseObject({ inputs: z.array(z.unknown()).min(1) }),
        outputs: z
          .array(
            z.strictObject({
              name: z.string(),
              datatype: z.enum(datatypes),
              shape: z.array(z.int().nonnegative()),
              data: z.array(z.unknown()),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

/** Reads a golden.json, or says what is wrong with it. */
export function readGoldenFile(file: string): GoldenReading {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const problem = `is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { problems: [{ file, problem, fix: 'Correct the JSON, or remove the file' }] };
  }
  const parsed = goldenSchema.safeParse(content);
  if (parsed.success) return { golden: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => ({
    file,
    ...(issue.path.length === 0 ? {} : { field: fieldOf(issue.path) }),
    problem: issue.message,
    fix: 'Correct it; docs/bring-your-model.md shows a complete golden.json',
  }));
  return { problems };
}

/** `cases[2].outputs[0].shape` */
function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return text.join('').replace(/^\./, '');
}
