import { artifactFacts, type Card, packageVersion, rounded } from '../artifact/card.ts';
import { recordGolden } from '../artifact/golden.ts';
import { ArtifactSession } from '../artifact/session.ts';
import type { TrainedVersion } from '../artifact/version-folder.ts';
import { dataPackage, type RawMail, readCorpus, type SpamData } from './corpus.ts';
import { evaluateSpam, type SpamQuality } from './evaluate.ts';
import { goldenSpam } from './golden.ts';
import { spamGraph } from './graph.ts';
import { fitLogisticRegression } from './logistic-regression.ts';
import { readMail, textOfMail } from './mail.ts';
import { requireSameAnswers } from './parity.ts';
import { buildVocabulary, type Vocabulary, vectorizer } from './vocabulary.ts';

/** Chosen by cross-validation within the training messages, never on the held-out ones. */
const settings = { minTexts: 3, maxTerms: 6000, l2: 1e-5, steps: 800 } as const;

interface Example {
  readonly text: string;
  readonly spam: boolean;
}

/** Trains `spam`. */
export async function trainSpam(log: (line: string) => void): Promise<TrainedVersion[]> {
  const data = readCorpus();
  log(`spam: ${data.training.length} messages to train on, ${data.heldOut.length} held out`);
  const examples = await examplesOf(data.training);
  const texts = examples.map(({ text }) => text);
  const vocabulary = buildVocabulary(texts, settings);
  const vectorize = vectorizer(vocabulary);
  const rows = texts.map(vectorize);
  log(`spam: fitting ${vocabulary.terms.length} terms to ${rows.length} texts`);
  const targets = examples.map(({ spam }) => spam);
  const columns = vocabulary.terms.length;
  const model = fitLogisticRegression(rows, targets, { ...settings, columns });
  const onnx = spamGraph(vocabulary, model);
  const session = await ArtifactSession.open(onnx);
  await requireSameAnswers(session, vectorize, model, texts.slice(0, 500));
  const quality = await evaluateSpam(session, data.heldOut);
  log(`spam/1: accuracy ${quality.heldOutMessages.accuracy.toFixed(4)} on held-out messages`);
  const golden = await recordGolden(session, await goldenSpam(data.heldOut));
  const card = cardOf(data, vocabulary, onnx, quality);
  return [{ model: 'spam', version: '1', onnx, golden, card }];
}

/** Every message, and every subject by itself: callers send short texts too. */
async function examplesOf(mails: readonly RawMail[]): Promise<Example[]> {
  const examples = mails.map(async ({ raw, spam }) => {
    const mail = await readMail(raw);
    const whole = { text: textOfMail(mail), spam };
    return mail.subject ? [whole, { text: mail.subject, spam }] : [whole];
  });
  return (await Promise.all(examples)).flat();
}

function cardOf(
  data: SpamData,
  vocabulary: Vocabulary,
  onnx: Uint8Array,
  quality: SpamQuality,
): Card {
  return {
    model: 'spam',
    version: '1',
    summary: 'Tells unwanted advertising by e-mail (spam) from wanted mail (ham).',
    inputs: {
      text: 'BYTES [n]: UTF-8; subject and body of a message as plain text, or only a part',
    },
    outputs: {
      label: 'BYTES [n]: "spam" or "ham"; spam when the probability is above one half',
      probability: 'FP32 [n]: of being spam',
    },
    made: {
      command: 'npm run train -- spam',
      source: 'training/spam/',
      method:
        'logistic regression on words and pairs of words, each weighted once by rarity, at length 1',
      settings: { ...settings, terms: vocabulary.terms.length, words: vocabulary.words },
    },
    data: {
      package: dataPackage,
      packageVersion: packageVersion(dataPackage),
      origin: "SpamAssassin's public mail corpus, 2002-2003",
      licence: 'PDDL-1.0 (database), CC0-1.0 (contents)',
      messages: data.counts.total,
      withoutNearCopies: data.counts.distinct,
      training: countsOf(data.training),
      heldOut: countsOf(data.heldOut),
      split:
        'at random with a fixed seed, after all but one of each group of near copies were left out, see training/spam/corpus.ts',
    },
    quality: rounded({ ...quality }),
    artifact: artifactFacts(onnx),
    intendedUse:
      'Examples and tests of serving; a first filter for English text, reviewed by people.',
    limits: [
      'Mail of 2002: later fashions of spam are unknown to it.',
      'Its ham is largely from technical mailing lists and news digests; invoices, meetings and family matters are rare, so that everyday business mail looks more like spam than it should.',
      'Very short texts are judged by a few words: see heldOutSubjects.',
      'English only. Letters beyond A to Z separate words; a text without a known word gets the share of spam in training.',
      'Raw headers and HTML are not taken apart: send what a reader would see.',
      'A batch takes memory by its longest text; an empty batch (shape [0]) is refused by onnxruntime.',
    ],
    licence: 'Apache-2.0',
  };
}

const countsOf = (mails: readonly RawMail[]) => ({
  messages: mails.length,
  spam: mails.filter(({ spam }) => spam).length,
  ham: mails.filter(({ spam }) => !spam).length,
});
