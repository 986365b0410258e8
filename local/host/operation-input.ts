import { z } from 'zod';
import { AwsError } from './aws-error.ts';

/*
 * Scalars of operation inputs. The same operation is called with an SDK's types from inside, with
 * JSON types or with the query protocol's strings from the wire; these accept all three.
 */

export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'expected a number')
    .transform(Number),
]);

export const integer = number.refine(Number.isInteger, 'expected a whole number');

export const boolean = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

/** Milliseconds since the epoch, from a Date, epoch seconds or an ISO 8601 string. */
export const timestamp = z
  .union([z.date(), z.number().transform((seconds) => new Date(seconds * 1000)), z.coerce.date()])
  .transform((date) => date.getTime());

/** Parses an operation's input, or throws `code` with every problem in one message. */
export function parseInput<T extends z.ZodType>(
  schema: T,
  input: unknown,
  code = 'ValidationException',
): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const where = issue.path.join('.');
    return where ? `${where}: ${issue.message}` : issue.message;
  });
  const count =
    problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  throw new AwsError(code, `${count} detected: ${problems.join('; ')}`);
}
