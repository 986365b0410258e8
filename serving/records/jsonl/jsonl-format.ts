import { limits } from '../../contract/limits.ts';
import { rowSignature } from '../columns/row-signature.ts';
import type { RecordFormat } from '../format.ts';
import type { ObjectBytes, ReadRequest, RecordChunk, Slice } from '../records.ts';
import { firstLineFrom } from '../text/object-text.ts';
import { LineBorders } from '../text/record-borders.ts';
import { cutRecords } from '../text/record-cutter.ts';
import { textChunkBuilder, textFrom, tooLong } from '../text/text-chunk.ts';
import { createJsonlWriter } from './jsonl-writer.ts';
import { LineReader } from './line-reader.ts';

/** A JSON object in each line. Any byte range is a slice: it owns the lines that start in it. */
export const jsonlFormat: RecordFormat = {
  name: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  compressible: true,
  slices: async ({ byteLength }: ObjectBytes, sliceBytes: number) =>
    byteRanges(byteLength, sliceBytes),
  read: readJsonl,
  writer: createJsonlWriter,
};

function byteRanges(byteLength: number, sliceBytes: number): Slice[] {
  const count = Math.ceil(byteLength / sliceBytes);
  return Array.from({ length: count }, (_, index) => ({
    start: index * sliceBytes,
    end: Math.min(byteLength, (index + 1) * sliceBytes),
  }));
}

async function* readJsonl(request: ReadRequest): AsyncGenerator<RecordChunk> {
  const { binding, chunk, form, object, slice } = request;
  const bound = request.recordBytes ?? limits.recordBytes;
  const signature = rowSignature(binding.signature);
  const offset =
    request.from?.offset ?? (await firstLineFrom(object, form.compression ? 0 : slice.start));
  const cuts = cutRecords({
    source: textFrom(request, offset),
    from: { offset, lines: request.from ? request.from.line - 1 : 0 },
    endOffset: slice.end,
    chunk,
    recordBytes: bound,
    borders: new LineBorders(),
  });
  const lines = new LineReader(signature, binding);
  for await (const cut of cuts) {
    const builder = textChunkBuilder(cut);
    if (cut.tooLong) builder.fail(0, tooLong(bound));
    else lines.read(cut, builder);
    yield builder.build(signature.batched);
  }
}
