import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mobilenet } from './mobilenet.ts';
import { resnet18 } from './resnet18.ts';
import { tabularModel } from './tabular.ts';
import { thumbnails } from './thumbnails.ts';

export type BenchModel = 'tabular' | 'digits' | 'mobilenet' | 'resnet18' | 'thumbnails';

/** Where the trained model of the repository lies: the one that is not made here. */
const trainedDigits = join(import.meta.dirname, '../../model-artifacts/digits/2/model.onnx');

const makers: Readonly<Record<BenchModel, (file: string) => void>> = {
  tabular: (file) => writeFileSync(file, tabularModel()),
  digits: (file) => cpSync(trainedDigits, file),
  mobilenet: (file) => writeFileSync(file, mobilenet()),
  resnet18: (file) => writeFileSync(file, resnet18()),
  thumbnails: (file) => writeFileSync(file, thumbnails()),
};

/** Writes a model repository of these models; nothing but their graphs, so that all else is default. */
export function writeModels(folder: string, models: readonly BenchModel[]): string {
  for (const model of models) {
    const version = join(folder, model, '1');
    mkdirSync(version, { recursive: true });
    makers[model](join(version, 'model.onnx'));
  }
  return folder;
}
