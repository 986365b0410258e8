import { limits } from '../../contract/limits.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import { rowSignature } from '../columns/row-signature.ts';
import type { RecordFormat } from '../format.ts';
import type { ObjectBytes, ReadRequest, RecordChunk, Slice } from '../records.ts';
import { firstLineFrom } from '../text/object-text.ts';
import { cutRecords, LineBorders } from '../text/record-cutter.ts';
import { recordBytes, textChunkBuilder, textFrom, tooLong } from '../text/text-chunk.ts';
import { createJsonlWriter } from './jsonl-writer.ts';
import { readLine } from './line-row.ts';

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
  for await (const cut of cuts) {
    const builder = textChunkBuilder(cut);
    for (let record = 0; record < cut.starts.length; record += 1) {
      if (cut.tooLong) {
        builder.fail(record, tooLong(bound));
        continue;
      }
      try {
        builder.add(readLine(recordBytes(cut, record), record, signature, binding));
      } catch (error) {
        if (!(error instanceof SiskinError)) throw error;
        builder.fail(record, error.message);
      }
    }
    yield builder.build(signature.batched);
  }
}
