import { AwsError } from './aws-error.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Asks for the next page; undefined on the last. */
  readonly nextToken?: string;
}

/** A page of a list. The token says how far the caller has come, and means nothing to anyone else. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  code = 'InvalidNextToken',
): Page<T> {
  const start = token === undefined ? 0 : offsetIn(token, code);
  const end = start + size;
  const nextToken = Buffer.from(`after ${end}`).toString('base64url');
  return { items: items.slice(start, end), ...(end < items.length && { nextToken }) };
}

function offsetIn(token: string, code: string): number {
  const [, offset] = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw new AwsError(code, `The token '${token}' is none that was given`);
  return Number(offset);
}
