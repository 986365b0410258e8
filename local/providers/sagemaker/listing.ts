import { z } from 'zod';
import { integer, parseInput, timestamp } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';

/** What endpoints and jobs are listed by. */
const listInput = z.object({
  NameContains: z.string().default(''),
  StatusEquals: z.string().optional(),
  CreationTimeAfter: timestamp.optional(),
  CreationTimeBefore: timestamp.optional(),
  MaxResults: integer.default(10),
  NextToken: z.string().optional(),
});

interface Listed {
  readonly name: string;
  readonly status: string;
  readonly createdAt: number;
}

/** The page of a List operation that its input asks for, the newest first. */
export function listNewest<T extends Listed>(
  all: readonly T[],
  input: unknown,
): { readonly items: readonly T[]; readonly nextToken?: string | undefined } {
  const request = parseInput(listInput, input);
  const found = all
    .filter(
      ({ name, status, createdAt }) =>
        name.includes(request.NameContains) &&
        (request.StatusEquals === undefined || request.StatusEquals === status) &&
        createdAt >= (request.CreationTimeAfter ?? 0) &&
        createdAt <= (request.CreationTimeBefore ?? Number.POSITIVE_INFINITY),
    )
    .sort((a, b) => b.createdAt - a.createdAt);
  return pageOf(found, request.NextToken, request.MaxResults, 'ValidationException');
}
