/**
 * Finds texts that are near copies of one another: campaigns sent many times with another greeting,
 * newsletters built from one page. One of them in training and another held out would let the model
 * be praised for its memory. MinHash: the part of equal minima estimates the part of shared phrases,
 * and only texts that agree in a whole band of minima are compared at all.
 */
export function withoutNearCopies<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  const kept: T[] = [];
  const bands = Array.from({ length: bandCount }, () => new Map<string, Uint32Array[]>());
  for (const item of items) {
    const minima = minimaOf(textOf(item));
    const lists = bands.map((band, index) => {
      const key = minima.slice(index * bandSize, (index + 1) * bandSize).join();
      const list = band.get(key) ?? [];
      band.set(key, list);
      return list;
    });
    if (lists.some((list) => list.some((other) => similarity(minima, other) >= sameFrom))) continue;
    for (const list of lists) list.push(minima);
    kept.push(item);
  }
  return kept;
}

/** Texts count as copies from this part of shared phrases on. */
const sameFrom = 0.5;
const bandCount = 8;
const bandSize = 3;
const wordsPerPhrase = 3;
/** A copy shows within this many words; longer messages cost time only. */
const wordLimit = 3000;

const salts = Uint32Array.from({ length: bandCount * bandSize }, (_, index) =>
  Math.imul(index + 1, 0x9e3779b1),
);

/** For every salt the least hash over all phrases. */
function minimaOf(text: string): Uint32Array {
  const words = (text.toLowerCase().match(/[a-z]+/g) ?? []).slice(0, wordLimit).map(hashOf);
  const minima = new Uint32Array(salts.length).fill(0xffffffff);
  for (let start = 0; start === 0 || start + wordsPerPhrase <= words.length; start++) {
    let phrase = 0;
    for (let word = 0; word < wordsPerPhrase; word++) {
      phrase = Math.imul(phrase, 31) + (words[start + word] ?? 0);
    }
    for (let index = 0; index < salts.length; index++) {
      const hash = scramble(phrase ^ (salts[index] as number));
      if (hash < (minima[index] as number)) minima[index] = hash;
    }
  }
  return minima;
}

function similarity(left: Uint32Array, right: Uint32Array): number {
  let equal = 0;
  for (let index = 0; index < left.length; index++) if (left[index] === right[index]) equal++;
  return equal / left.length;
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  }
  return hash;
}

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
