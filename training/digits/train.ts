import { artifactFacts, type Card, packageVersion, rounded } from '../artifact/card.ts';
import { recordGolden } from '../artifact/golden.ts';
import { ArtifactSession } from '../artifact/session.ts';
import type { TrainedVersion } from '../artifact/version-folder.ts';
import type { MulticlassQuality } from '../quality/multiclass.ts';
import { createRandom } from '../random.ts';
import { evaluateDigits } from './evaluate.ts';
import { type FitOptions, fitNetwork } from './fit.ts';
import { goldenDigits } from './golden.ts';
import { digitsGraph } from './graph.ts';
import { type DigitsData, dataPackage, readDigits } from './images.ts';
import { requireSameAnswers } from './parity.ts';
import { type Recipe, recipes } from './recipes.ts';

/** Trains every version of `digits`. */
export async function trainDigits(log: (line: string) => void): Promise<TrainedVersion[]> {
  const data = readDigits();
  log(`digits: ${data.training.length} images to train on, ${data.heldOut.length} held out`);
  const versions: TrainedVersion[] = [];
  for (const recipe of recipes) versions.push(await trainVersion(recipe, data, log));
  return versions;
}

async function trainVersion(
  recipe: Recipe,
  data: DigitsData,
  log: (line: string) => void,
): Promise<TrainedVersion> {
  const random = createRandom(recipe.seed);
  const network = recipe.network(random);
  fitNetwork(network, data.training, recipe.fit, random, (epoch, loss) =>
    log(
      `digits/${recipe.version}: epoch ${epoch} of ${recipe.fit.epochs}, loss ${loss.toFixed(4)}`,
    ),
  );
  const onnx = digitsGraph(network);
  const session = await ArtifactSession.open(onnx);
  await requireSameAnswers(network, session, data.heldOut.slice(0, 200));
  const quality = await evaluateDigits(session, data.heldOut);
  log(`digits/${recipe.version}: ${quality.accuracy} of the held-out images are read correctly`);
  return {
    model: 'digits',
    version: recipe.version,
    onnx,
    golden: await recordGolden(session, goldenDigits(data.heldOut)),
    card: cardOf(recipe, data, onnx, quality),
  };
}

function cardOf(
  recipe: Recipe,
  { counts, training, heldOut }: DigitsData,
  onnx: Uint8Array,
  quality: MulticlassQuality,
): Card {
  return {
    model: 'digits',
    version: recipe.version,
    summary: `Reads one handwritten digit: ${recipe.method}.`,
    inputs: { image: 'FP32 [n, 1, 28, 28]: from 0 (paper) to 1 (ink), digit upright and centred' },
    outputs: {
      label: 'INT64 [n]: the most probable digit',
      probabilities: 'FP32 [n, 10]: of the digits 0 to 9, summing to 1',
    },
    made: {
      command: 'npm run train -- digits',
      source: 'training/digits/',
      method: recipe.method,
      settings: { seed: recipe.seed, optimizer: 'Adam', ...recipe.fit } satisfies FitOptions &
        Record<string, unknown>,
    },
    data: {
      package: dataPackage,
      packageVersion: packageVersion(dataPackage),
      origin: 'MNIST (LeCun, Cortes, Burges), the first 10,000 images of its training set',
      licence: 'MIT (package); MNIST itself: CC BY-SA 3.0',
      images: counts.total,
      withoutExactCopies: counts.distinct,
      training: training.length,
      heldOut: heldOut.length,
      split: 'at random with a fixed seed, see training/digits/images.ts',
    },
    quality: { heldOut: rounded(quality) },
    artifact: artifactFacts(onnx),
    intendedUse: 'Examples and tests of serving; single digits drawn and framed as in MNIST.',
    limits: [
      'Always answers one of ten digits, with certainty even for pictures that show none.',
      'Dark ink on light paper must be inverted first; other sizes, crops and tilts were not trained on.',
      'The writers of the held-out images also wrote images for training: expect less from new writers.',
    ],
    licence: 'Apache-2.0',
  };
}
