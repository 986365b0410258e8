import type { Signature } from '../protocol/signature-match.ts';
import type { Tensor } from '../protocol/tensor.ts';
import { openWriter, partExtension } from '../records/formats.ts';
import type { Batch, ObjectForm } from '../records/records.ts';
import type { Refusal } from './answers.ts';
import type { JobRequest } from './job-request.ts';

/** Gathers what one part will hold: predictions, or a backtest's counts. */
export interface PartSink {
  /** Of the part's key, without the dot. */
  readonly extension: string;
  readonly contentType: string;
  /** `outputs` are those of each arm. */
  add(batch: Batch, outputs: readonly (readonly Tensor[])[]): void;
  /** A record that arms refused; it also goes to the error file. */
  refuse(batch: Batch, refusals: readonly Refusal[]): void;
  /** The part's bytes; the sink is empty again. */
  finish(): Uint8Array;
}

export type OpenSink = (form: ObjectForm) => PartSink;

/** Predictions in the format that was asked for, else in the object's own. */
export function predictionSinks(request: JobRequest, signature: Signature): OpenSink {
  return (form) => {
    const format = request.format ?? form.format;
    const carried = request.key === undefined ? [] : [request.key];
    const writer = openWriter({ format, signature, carried });
    return {
      extension: partExtension(format),
      contentType: writer.contentType,
      add: (batch, [outputs]) => writer.add(batch, outputs as readonly Tensor[]),
      refuse: () => undefined,
      finish: () => writer.finish(),
    };
  };
}

/** Columns whose values come along with each row. */
export function carriedColumns({ key, backtest }: JobRequest): readonly string[] {
  if (backtest) return [...new Set([backtest.label, ...backtest.slices])];
  return key === undefined ? [] : [key];
}
