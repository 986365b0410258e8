import { AwsError } from '../../host/aws-error.ts';

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The bytes that a Range header asks for; undefined for all of them. */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) {
    throw new AwsError('InvalidRange', `The object has ${size} bytes; ${header} is not in it`, 416);
  }
  return { first, last };
}
