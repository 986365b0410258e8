import { describe, expect, it } from 'vitest';
import type { GoldenOutput, Tolerance } from '../../serving/contract/golden.ts';
import { artifactFacts } from '../../training/artifact/card.ts';
import { ArtifactSession, type InferRequest } from '../../training/artifact/session.ts';
import { shippedVersion, shippedVersions } from './shipped-version.ts';

describe.each(shippedVersions)('$model/$version', ({ model, version }) => {
  const { onnx, card, golden } = shippedVersion(model, version);

  it('is the file that its card describes', () => {
    expect(card).toMatchObject({ model, version, artifact: artifactFacts(onnx) });
  });

  it('has a handful of golden cases with different names, and a batch among them', () => {
    expect(golden.cases.length).toBeGreaterThanOrEqual(5);
    expect(new Set(golden.cases.map(({ name }) => name)).size).toBe(golden.cases.length);
    const batches = golden.cases.map(({ outputs }) => outputs[0]?.shape[0]);
    expect(Math.max(...(batches as number[]))).toBeGreaterThan(1);
    // Convolutions differ more between processors than sums of a hundred products.
    const [absolute, relative] = model === 'text-detection' ? [0.005, 0.01] : [1e-5, 1e-5];
    expect(golden.tolerance).toEqual({ absolute, relative });
  });

  it('gives the golden answers', async () => {
    const session = await ArtifactSession.open(onnx);
    for (const { request, outputs } of golden.cases) {
      const served = await session.infer(request as InferRequest);
      expect(served.map(withoutData)).toEqual(outputs.map(withoutData));
      served.forEach((output, at) => {
        expectClose(output, outputs[at] as GoldenOutput, golden.tolerance);
      });
    }
  });
});

const withoutData = ({ name, datatype, shape }: GoldenOutput) => ({ name, datatype, shape });

function expectClose(actual: GoldenOutput, wanted: GoldenOutput, tolerance: Tolerance): void {
  if (wanted.datatype !== 'FP32') {
    expect(actual.data).toEqual(wanted.data);
    return;
  }
  expect(actual.data).toHaveLength(wanted.data.length);
  (wanted.data as number[]).forEach((value, at) => {
    const apart = Math.abs((actual.data[at] as number) - value);
    expect(apart).toBeLessThanOrEqual(tolerance.absolute + tolerance.relative * Math.abs(value));
  });
}
