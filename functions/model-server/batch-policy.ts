/** `dynamic_batching` of Triton's configuration. */
export interface BatchPolicy {
  /** Most rows of a batch. */
  readonly maxRows: number;
  /** Sizes worth running at once when they can be had; ascending or not, never empty. */
  readonly preferred: readonly number[];
  /** How long the oldest request may wait for others. */
  readonly delayMillis: number;
}

/** A request that waits. */
export interface Pending {
  readonly rows: number;
  /** Equal for requests that may share a batch; undefined for one that runs alone. */
  readonly key: string | undefined;
  /** Since when, on the clock of `now`. */
  readonly since: number;
}

/** Run the first so many together, or look again after so long. */
export type Decision = { readonly take: number } | { readonly waitMillis: number };

/**
 * What to run now, of requests in the order that they came, while nothing runs: Triton's rules. The
 * first requests that fit each other make up the batch, never more than the maximum. One of a
 * preferred size runs at once, and so does one that cannot grow; any other when its oldest request has
 * waited long enough.
 */
export function nextBatch(
  pending: readonly Pending[],
  policy: BatchPolicy | undefined,
  now: number,
): Decision {
  const [first] = pending;
  if (!first) throw new Error('nothing waits');
  if (!policy || first.key === undefined) return { take: 1 };
  const { count, rows, preferredCount, closed } = gather(pending, first, policy);
  const waited = now - first.since;
  const late = policy.delayMillis > 0 && waited >= policy.delayMillis;
  if (preferredCount > 0 && !late) return { take: preferredCount };
  const full = rows >= Math.max(...policy.preferred);
  if (closed || full || late || policy.delayMillis === 0) return { take: count };
  return { waitMillis: policy.delayMillis - waited };
}

/** How many of the first requests fit together, and how many of them make up a preferred size. */
function gather(pending: readonly Pending[], first: Pending, policy: BatchPolicy) {
  let rows = 0;
  let count = 0;
  let preferredCount = 0;
  let closed = false;
  for (const each of pending) {
    closed = each.key !== first.key || rows + each.rows > policy.maxRows;
    // One that is too large by itself is refused before it waits here.
    if (closed && count > 0) break;
    rows += each.rows;
    count += 1;
    if (policy.preferred.includes(rows)) preferredCount = count;
  }
  return { count, rows, preferredCount, closed };
}
