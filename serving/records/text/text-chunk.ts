import { ChunkBuilder } from '../chunk-builder.ts';
import type { ReadRequest } from '../records.ts';
import { expandedBytes, plainBytes } from './object-text.ts';
import type { CutRecords, TextPosition } from './record-cutter.ts';

/** The builder of a chunk of text; offsets and lines become those of the object. */
export function textChunkBuilder(cut: CutRecords, start = cut.from): ChunkBuilder {
  return new ChunkBuilder(positionOf(start), positionOf(cut.to), cut.starts.length, (record) => ({
    line: (cut.lines[record] as number) + 1,
    offset: cut.from.offset + (cut.starts[record] as number),
    text: () => {
      if (cut.isCurrent()) return recordBytes(cut, record).toString('utf8');
      throw new Error('The text of a record was asked for after the next chunk was');
    },
  }));
}

export function recordBytes({ bytes, starts, ends }: CutRecords, record: number): Buffer {
  return bytes.subarray(starts[record], ends[record]);
}

export function tooLong(recordBytes: number): string {
  return `the record is longer than ${recordBytes} bytes, the bound; split it, or store its data more tightly`;
}

function positionOf({ offset, lines }: TextPosition) {
  return { offset, line: lines + 1 };
}

/** The text from a position on, and as far as somebody reads. */
export function textFrom(
  { object, form, slice }: ReadRequest,
  offset: number,
): AsyncIterable<Uint8Array> {
  return form.compression
    ? expandedBytes(object, form.compression, offset)
    : plainBytes(object, offset, Math.min(slice.end, object.byteLength));
}
