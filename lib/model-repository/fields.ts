import { z } from 'zod';

/** A whole number within bounds; one sentence says all of it. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, error).max(max, error);
}

/** A number within bounds. */
export function number(min: number, max: number) {
  const error = `must be a number from ${min} to ${max}`;
  return z.number({ error }).min(min, error).max(max, error);
}

/** A text of one line. */
export function text() {
  const error = 'must be a text of 1 to 256 characters';
  return z.string({ error }).min(1, error).max(256, error);
}
