import { batchErrors } from '../contract/batch.ts';
import type { Signature } from '../protocol/signature-match.ts';
import { formOf, openReader } from '../records/formats.ts';
import type { FailedRecord, Position, RecordChunk } from '../records/records.ts';
import { RecordsError } from '../records/records-error.ts';
import { type Arm, answers } from './answers.ts';
import { BatchFailure } from './batch-failure.ts';
import { inputPlace } from './input-listing.ts';
import { objectBytes } from './object-bytes.ts';
import { errorKey, type JobOutput, type Part, partKey, writePart } from './part.ts';
import { carriedColumns, type OpenSink, type PartSink } from './part-sink.ts';
import { below, placeText } from './place.ts';
import type { Piece, Plan } from './plan.ts';

export interface PieceWork {
  readonly plan: Plan;
  readonly target: JobOutput;
  readonly arms: readonly Arm[];
  readonly signature: Signature;
  readonly openSink: OpenSink;
  /** Before a piece; throws to stop there. */
  readonly onPiece: () => void;
  /** Between two chunks; throws to give the unfinished part up. */
  readonly onChunk: () => Promise<void>;
  /** Behind a part that is written; throws to stop there. */
  readonly onPart: (part: Part, piece: Piece) => Promise<void>;
}

/** A part that is being gathered. */
interface Draft {
  readonly start: Position;
  end: Position;
  records: number;
  rows: number;
  /** Bytes of the outputs that wait in memory. */
  held: number;
  readonly failed: FailedRecord[];
}

/** Reads a slice from behind its last part to its end, and writes the parts that are missing. */
export class PieceRun {
  readonly #work: PieceWork;
  readonly #shard: number;
  readonly #piece: Piece;
  readonly #sink: PartSink;
  readonly #parts: Part[];
  /** The part on its way to the store, while the next is computed; its order is kept all the same. */
  #writing: Promise<Part> | undefined;

  constructor(work: PieceWork, shard: number, piece: Piece, parts: readonly Part[]) {
    this.#work = work;
    this.#shard = shard;
    this.#piece = piece;
    this.#parts = [...parts];
    this.#sink = work.openSink(formOf(piece.object.name));
  }

  async run(): Promise<readonly Part[]> {
    if (this.#parts.at(-1)?.isLast) return this.#parts;
    try {
      await this.#read();
    } catch (error) {
      // What is computed is not thrown away because its successor failed.
      await this.#written();
      throw error instanceof RecordsError ? this.#unreadable(error) : error;
    }
    return this.#parts;
  }

  async #read(): Promise<void> {
    let draft: Draft | undefined;
    for await (const chunk of this.#chunks()) {
      // Closed with the next chunk in sight: only so is it known not to be the last part.
      if (draft && this.#isFull(draft)) {
        await this.#close(draft, false);
        draft = undefined;
      }
      draft ??= draftAt(chunk.start);
      await this.#answer(chunk, draft);
      await this.#work.onChunk();
    }
    if (!draft) throw new Error(`the reader gave no chunk of ${this.#piece.object.name}`);
    await this.#close(draft, true);
    await this.#written();
  }

  #chunks(): AsyncIterable<RecordChunk> {
    const { plan, signature } = this.#work;
    const { object, slice } = this.#piece;
    const { request } = plan;
    const place = inputPlace(request.input, object);
    return openReader({
      form: formOf(object.name),
      object: objectBytes(this.#work.target.store, place, object),
      slice,
      from: this.#parts.at(-1)?.end,
      binding: {
        signature,
        ...(request.columns && { columns: request.columns }),
        carried: carriedColumns(request),
      },
      chunk: plan.chunk,
    });
  }

  async #answer(chunk: RecordChunk, draft: Draft): Promise<void> {
    const failed = [...chunk.failed];
    for (const whole of chunk.batches) {
      for await (const answer of answers(whole, this.#work.arms)) {
        const { batch } = answer;
        if ('outputs' in answer) {
          this.#sink.add(batch, answer.outputs);
          draft.rows += batch.rows;
          draft.held += bytesOf(answer.outputs);
        } else {
          this.#sink.refuse(batch, answer.refusals);
          const reason = answer.refusals.map((refusal) => refusal.reason).join('; ');
          failed.push(chunk.failure(batch.records[0] as number, reason));
        }
      }
    }
    draft.failed.push(...failed.sort((a, b) => a.record - b.record));
    draft.records += chunk.records;
    draft.end = chunk.end;
  }

  #isFull({ start, end, records, held }: Draft): boolean {
    const { part } = this.#work.plan;
    const read = end.offset - start.offset;
    return records >= part.records || read >= part.bytes || held >= part.bytes;
  }

  /** Starts writing the part; waits for the one before it, as parts must follow without a gap. */
  async #close(draft: Draft, isLast: boolean): Promise<void> {
    await this.#written();
    const index = this.#parts.length;
    const bytes = this.#sink.finish();
    const { contentType, extension } = this.#sink;
    const { start, end, records, rows, failed } = draft;
    const key = partKey(this.#piece.object.name, this.#shard, index, extension);
    const part = { key, start, end, isLast, records, rows, errors: failed.length };
    const writing = this.#write(part, bytes, contentType, failed, index);
    // Its error is thrown by `#written`.
    writing.catch(() => undefined);
    this.#writing = writing;
  }

  async #write(
    part: Parameters<typeof writePart>[1],
    bytes: Uint8Array,
    contentType: string,
    failed: readonly FailedRecord[],
    index: number,
  ): Promise<Part> {
    const { target } = this.#work;
    if (failed.length > 0) {
      // First the errors: a part that is there vouches for them.
      const { name } = this.#piece.object;
      const place = below(target.output, errorKey(name, this.#shard, index, failed.length));
      const contentType = 'application/x-ndjson';
      await target.store.write(place, errorLines(name, failed), { contentType });
    }
    return writePart(target, part, bytes, contentType);
  }

  async #written(): Promise<void> {
    const writing = this.#writing;
    if (!writing) return;
    this.#writing = undefined;
    const part = await writing;
    this.#parts.push(part);
    await this.#work.onPart(part, this.#piece);
  }

  #unreadable(error: RecordsError): BatchFailure {
    const place = inputPlace(this.#work.plan.request.input, this.#piece.object);
    const isRequest = error.problem === 'request' || error.problem === 'form';
    const name = isRequest ? batchErrors.badRequest : batchErrors.inputDamaged;
    return new BatchFailure(name, `${placeText(place)}: ${error.message}`, error);
  }
}

function draftAt(start: Position): Draft {
  return { start, end: start, records: 0, rows: 0, held: 0, failed: [] };
}

/** A failed row as the error files tell it. */
export interface ErrorLine {
  readonly object: string;
  readonly line: number;
  readonly offset: number;
  readonly reason: string;
  readonly row: string;
}

function errorLines(object: string, failed: readonly FailedRecord[]): Uint8Array {
  const lines = failed.map(({ line, offset, reason, row }): string => {
    const entry: ErrorLine = { object, line, offset, reason, row };
    return `${JSON.stringify(entry)}\n`;
  });
  return Buffer.from(lines.join(''));
}

function bytesOf(arms: PieceOutputs): number {
  let sum = 0;
  for (const outputs of arms) {
    for (const { data } of outputs) {
      sum += 'byteLength' in data ? data.byteLength : textWeight(data as readonly unknown[]);
    }
  }
  return sum;
}

type PieceOutputs = Parameters<PartSink['add']>[1];

function textWeight(texts: readonly unknown[]): number {
  let sum = 0;
  for (const text of texts) sum += (text as string | Uint8Array).length;
  return sum;
}
