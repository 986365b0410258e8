/** So many bytes at a time: a multiple of three, which four characters stand for. */
const PIECE = 48 * 1024;

/** Characters that the base64 form of so many bytes has. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Writes the base64 form of `bytes`, and tells where it ends. A piece at a time: the text of an image
 * would be megabytes of garbage.
 */
export function writeBase64(bytes: Buffer, target: Buffer, offset: number): number {
  let end = offset;
  for (let start = 0; start < bytes.length; start += PIECE) {
    const piece = bytes.toString('base64', start, Math.min(bytes.length, start + PIECE));
    end += target.write(piece, end, 'latin1');
  }
  return end;
}
