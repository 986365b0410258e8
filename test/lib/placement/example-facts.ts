import type { Profile } from '../../../lib/model-repository/profile-file.ts';
import type { PlacementFacts } from '../../../lib/placement/facts.ts';

const mebibyte = 1024 * 1024;

/** A model of 10 MiB that Lambda serves, without a measurement. */
export function exampleFacts(facts: Partial<PlacementFacts> = {}): PlacementFacts {
  return {
    artifact: { bytes: 10 * mebibyte, files: 1 },
    operators: ['ai.onnx:Conv', 'ai.onnx:Relu'],
    memoryMiB: 1769,
    timeoutSeconds: 28,
    allowAlwaysOn: false,
    scalesToZero: false,
    minInstances: 1,
    ...facts,
  };
}

/** A measurement of one inference of so many milliseconds on one core; two cores halve it. */
export function exampleProfile(p50Ms: number, profile: Partial<Profile> = {}): Profile {
  return {
    artifact: 'a'.repeat(64),
    measured: '2026-11-22',
    machine: { processor: 'Example CPU', cores: 2, platform: 'linux-x64' },
    node: '24.0.0',
    onnxruntime: '1.30.0',
    request: 'golden case "one"',
    loadMs: 10,
    peakMemoryMiB: 100,
    oneThread: { threads: 1, p50Ms, p95Ms: p50Ms * 1.5 },
    allCores: { threads: 2, p50Ms: p50Ms / 2, p95Ms: (p50Ms / 2) * 1.5 },
    batches: [],
    ...profile,
  };
}

export const mebibytes = (count: number) => ({ bytes: count * mebibyte, files: 1 });
