import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Gives new bytes for one occurrence of a field. */
export type Edit = (value: Uint8Array) => Uint8Array;

/**
 * Copies a protobuf message; the message and text fields that `edits` names by number go through
 * their edit. Everything else is taken over byte by byte, also what our schema does not know.
 */
export function rewrite(message: Uint8Array, edits: Readonly<Record<number, Edit>>): Uint8Array {
  const reader = new BinaryReader(message);
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const edit = edits[number];
    if (edit === undefined) {
      reader.skip(wireType, number);
      parts.push(message.subarray(start, reader.pos));
    } else {
      parts.push(...field(number, edit(reader.bytes())));
    }
  }
  return Buffer.concat(parts);
}

/** The parts of one field: its tag and length, and its value uncopied. */
export function field(number: number, value: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const tag = new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(value.length);
  return [tag.finish(), value];
}
