/**
 * What is there at once, or will be. An inference in this process is over when its call returns, and to
 * await it all the same would cost a small model's request as much as a tenth of the inference.
 */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value as soon as it is there. */
export function andThen<T, Result>(value: Soon<T>, next: (value: T) => Soon<Result>): Soon<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does the work, and tells `over` of its end in any case, also of a failure. */
export function whenOver<T>(work: () => Soon<T>, over: () => void): Soon<T> {
  let pending = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    pending = true;
    return result.finally(over);
  } finally {
    if (!pending) over();
  }
}
