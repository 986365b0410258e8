/** Results in the order of the items, with at most `width` of them under way: requests wait, not work. */
export async function* inParallel<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const started: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Its error is for the reader of its turn; until then nobody awaits it.
    result.catch(() => undefined);
    started.push(result);
    if (started.length >= width) yield await (started.shift() as Promise<R>);
  }
  for (const result of started) yield await result;
}
