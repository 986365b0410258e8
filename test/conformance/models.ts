import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Datatype, datatypes } from '../../serving/contract/datatype.ts';
import { identity } from '../fixtures/onnx-models.ts';
import type { TestModel } from '../fixtures/predict-function.ts';
import {
  addConstantModel,
  addSubtractModel,
  gatherModel,
  identityModel,
  optionalScaleModel,
} from '../fixtures/test-models.ts';

/** The models that the suite expects, each with its versions; the last version is live. */
export const conformanceModels: Readonly<Record<string, Readonly<Record<string, TestModel>>>> = {
  ...Object.fromEntries(
    datatypes.map((datatype) => [identityName(datatype), { '1': identityModel(datatype) }]),
  ),
  scalar: { '1': identityModel('FP32', []) },
  matrix: { '1': identityModel('FP32', [-1, 4]) },
  cube: { '1': identityModel('INT32', [2, 2, 2]) },
  'add.sub': { '1': addSubtractModel('INT64') },
  optional_scale: { '1': optionalScaleModel },
  gather: { '1': gatherModel },
  plus: { '1': addConstantModel(1), '2': addConstantModel(2), '10': addConstantModel(10) },
};

export function identityName(datatype: Datatype): string {
  return `identity-${datatype.toLowerCase()}`;
}

/** What answers are right is judged here, not how soon: a busy machine must not fail a release. */
const patient = 'alarms: {p95LatencyMs: 29000}\n';

/** The same models as a model repository on disk, for servers that start from one. */
export function writeConformanceRepository(folder: string): void {
  for (const [name, versions] of Object.entries(conformanceModels)) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'model.yaml'), patient);
    for (const [version, { onnx }] of Object.entries(versions)) {
      mkdirSync(join(folder, name, version), { recursive: true });
      const bytes = name === identityName('BF16') ? identity('BF16') : onnx;
      writeFileSync(join(folder, name, version, 'model.onnx'), bytes);
    }
  }
}
