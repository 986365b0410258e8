const bits = 128n;

/** Down to this power products can lie exactly between two doubles. */
const leastTie = -27;

/**
 * The 128 leading bits of 5^exponent, the first of them set: what Eisel and Lemire's algorithm
 * multiplies a mantissa by. As in their tables, a reciprocal that can meet a tie is rounded up, so
 * that the product does not fall short of it; all else is cut off.
 */
export function leadingBitsOfPowerOfFive(exponent: number): bigint {
  if (exponent >= 0) return leadingBits(5n ** BigInt(exponent));
  const divisor = 5n ** BigInt(-exponent);
  const length = bitLength(divisor);
  if (exponent >= leastTie) return (1n << (length + bits - 1n)) / divisor + 1n;
  return leadingBits((1n << (2n * length + bits)) / divisor + 1n);
}

function leadingBits(value: bigint): bigint {
  const excess = bitLength(value) - bits;
  return excess >= 0n ? value >> excess : value << -excess;
}

function bitLength(value: bigint): bigint {
  return BigInt(value.toString(2).length);
}
