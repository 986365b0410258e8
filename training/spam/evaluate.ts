import { type ArtifactSession, numbersOf } from '../artifact/session.ts';
import { type BinaryQuality, binaryQuality } from '../quality/binary.ts';
import type { RawMail } from './corpus.ts';
import { readMail, textOfMail } from './mail.ts';

export interface SpamQuality {
  /** On subject and body. */
  readonly heldOutMessages: BinaryQuality;
  /** On the subjects of the same messages alone: what to expect of very short texts. */
  readonly heldOutSubjects: BinaryQuality;
}

export async function evaluateSpam(
  session: ArtifactSession,
  mails: readonly RawMail[],
): Promise<SpamQuality> {
  const read = await Promise.all(mails.map(({ raw }) => readMail(raw)));
  const truths = mails.map(({ spam }) => spam);
  const quality = async (texts: readonly string[]) =>
    binaryQuality(truths, await probabilitiesOf(session, texts));
  return {
    heldOutMessages: await quality(read.map(textOfMail)),
    heldOutSubjects: await quality(read.map(({ subject }) => subject)),
  };
}

/** Asks for one text at a time: a batch costs each text the room of its longest neighbour. */
export async function probabilitiesOf(
  session: ArtifactSession,
  texts: readonly string[],
): Promise<number[]> {
  const probabilities: number[] = [];
  for (const text of texts) {
    const outputs = await session.infer(textRequest([text]));
    probabilities.push(...numbersOf(outputs, 'probability'));
  }
  return probabilities;
}

export const textRequest = (texts: readonly string[]) => ({
  inputs: [{ name: 'text', datatype: 'BYTES' as const, shape: [texts.length], data: texts }],
});
