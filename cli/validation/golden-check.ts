import { readGoldenFile } from '../../lib/model-repository/golden-file.ts';
import type { ModelVersion } from '../../lib/model-repository/model.ts';
import type { Problem } from '../../lib/model-repository/problem.ts';
import { decodeRequest } from '../../serving/codec/codecs.ts';
import { responseText } from '../../serving/codec/json-text.ts';
import type { GoldenCase, GoldenOutput } from '../../serving/contract/golden.ts';
import type { Session } from '../../serving/engine/port.ts';
import { SiskinError } from '../../serving/error/siskin-error.ts';
import { goldenDifferences } from '../../serving/golden/golden-comparison.ts';
import { matchSignature } from '../../serving/protocol/signature-match.ts';

export interface GoldenCheck {
  /** Cases run; undefined without a golden.json. */
  readonly cases?: number;
  readonly problems: readonly Problem[];
}

/** Answers every golden request with the function's own codec and session, and compares. */
export async function checkGolden(version: ModelVersion, session: Session): Promise<GoldenCheck> {
  const file = version.goldenPath;
  if (file === undefined) return { problems: [] };
  const { golden, problems } = readGoldenFile(file);
  if (golden === undefined) return { problems };
  const found: Problem[] = [];
  for (const goldenCase of golden.cases) {
    const field = `case "${goldenCase.name}"`;
    const answer = await answerOf(goldenCase, version, session);
    if (answer instanceof SiskinError) {
      const fix = 'Correct the request, or the model that refuses it';
      found.push({ file, field, problem: `is refused: ${answer.message}`, fix });
      continue;
    }
    for (const problem of goldenDifferences(goldenCase.outputs, answer, golden.tolerance)) {
      const fix = 'Find out what changed the model, or record the expected outputs anew';
      found.push({ file, field, problem, fix });
    }
  }
  return { cases: golden.cases.length, problems: found };
}

async function answerOf(
  { request, outputs }: GoldenCase,
  version: ModelVersion,
  session: Session,
): Promise<readonly GoldenOutput[] | SiskinError> {
  try {
    const bytes = Buffer.from(JSON.stringify(request));
    const decoded = decodeRequest({ bytes, headerLength: undefined }, version);
    matchSignature(decoded, version);
    const known = outputs.filter(({ name }) => version.outputs.some((spec) => spec.name === name));
    const tensors = await session.run(
      decoded.inputs,
      known.map(({ name }) => name),
    );
    // Through the text that a caller gets, since that is what the expected outputs were taken from.
    const text = responseText(
      {
        modelName: '',
        modelVersion: version.version,
        id: '',
        outputs: tensors.map((tensor) => ({ tensor, binary: false, contentType: undefined })),
      },
      new Map(),
    );
    return JSON.parse(text).outputs;
  } catch (error) {
    if (error instanceof SiskinError) return error;
    throw error;
  }
}
