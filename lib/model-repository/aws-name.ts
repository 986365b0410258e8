import { createHash } from 'node:crypto';

/** What a model's folder may be called. */
export const modelNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * The tightest names are those of SageMaker endpoints, 63 characters, and of Lambda functions, 64.
 * `siskin-<stage>-<awsName>` takes 56 of them at most; the rest is room for a suffix such as `-check`.
 */
export const maxStageLength = 16;
export const maxAwsNameLength = 32;

const hashLength = 8;

/**
 * The model's name as AWS resources carry it: letters, digits and `-`. A name that had to be
 * changed or cut gets a hash of the full name, so that `a.b` and `a_b` stay apart.
 */
export function awsName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9-]/g, '-').replace(/-+$/, '');
  if (plain === name && plain.length <= maxAwsNameLength) return plain;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength);
  const kept = plain.slice(0, maxAwsNameLength - hashLength - 1).replace(/-+$/, '');
  return `${kept}-${hash}`;
}
