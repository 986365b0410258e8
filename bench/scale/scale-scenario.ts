import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalCloud } from '../local-cloud/servers.ts';
import { measured, type Sample } from '../measure/sides.ts';
import { type BenchModel, writeModels } from '../models/bench-models.ts';
import { atMost, type Bench, type Scenario } from '../scenario.ts';

interface Start {
  readonly models: number;
  readonly sample: Sample;
}

/** From `npm start` on an empty state to serving, for more and more models. */
export const scaleScenario: Scenario = {
  name: 'scale',
  title: 'Synth and start',
  run: async (bench) => {
    // 200 models take a while on any machine; a quick run looks at the first two sizes.
    const counts = bench.quick ? [1, 5, 20] : [1, 20, 200];
    // The first start ever also bundles the functions and lays out the layer.
    await start(1, bench);
    const starts: Start[] = [];
    for (const count of counts) starts.push(await start(count, bench));
    const [first, middle, last] = starts as [Start, Start, Start];
    return [
      {
        subject: `synth and start of ${last.models} models`,
        baseline: `of ${first.models}; for each model more`,
        goal: { ...atMost(0.1), unit: 's' },
        outcome: {
          ...measured('s', { subject: [last.sample], baseline: [first.sample] }),
          ratio: perModel(first, last),
        },
      },
      {
        subject: `the same for each model from ${middle.models} to ${last.models}`,
        baseline: `for each from ${first.models} to ${middle.models}`,
        goal: atMost(1.2),
        outcome: measured('s', {
          subject: [{ value: perModel(middle, last) }],
          baseline: [{ value: perModel(first, middle) }],
        }),
      },
    ];
  },
};

function perModel(from: Start, to: Start): number {
  return (to.sample.value - from.sample.value) / (to.models - from.models);
}

async function start(count: number, { folder, progress }: Bench): Promise<Start> {
  progress(`${count} models`);
  const run = join(folder, `${count}-${performance.now()}`);
  const models = copies(join(run, 'models'), count);
  const begin = performance.now();
  const { server } = await startLocalCloud(models, join(run, 'state'));
  const value = (performance.now() - begin) / 1000;
  const cpuMicros = server.cpuMicros();
  await server.stop();
  return { models: count, sample: { value, cpuMicros } };
}

function copies(folder: string, count: number): string {
  const original: BenchModel = 'tabular';
  mkdirSync(folder, { recursive: true });
  writeModels(`${folder}-original`, [original]);
  for (let index = 1; index <= count; index += 1) {
    const copy = join(folder, `${original}-${index}`);
    cpSync(join(`${folder}-original`, original), copy, { recursive: true });
  }
  return folder;
}
