import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAnswer, type LambdaResult, scoresOf } from '../handler/check-answer.ts';
import { type DeployedModel, deployModels, packageOf } from '../measure/package.ts';
import { inferEvent } from '../measure/proxy-event.ts';
import { interleave, type Measure, measured } from '../measure/sides.ts';
import { type BenchModel, writeModels } from '../models/bench-models.ts';
import { modelInput, requestBody } from '../models/request.ts';
import { atMost, type Bench, type Row, type Scenario } from '../scenario.ts';
import { type Environment, startEnvironment } from './environment.ts';

type Start<Report> = () => Promise<Environment<Report>>;
type Answered = { readonly result: LambdaResult };

/** From the start of a process to its first answer, and what a second one takes of the memory. */
export const coldStartScenario: Scenario = {
  name: 'cold-start',
  title: 'Cold start and memory',
  run: async (bench) => {
    const models = writeModels(join(bench.folder, 'models'), ['tabular', 'resnet18']);
    const prepared = await deployModels(models, join(bench.folder, 'prepared'));
    const unprepared = await deployModels(models, join(bench.folder, 'unprepared'), 'unprepared');
    const small = environmentOf(packageOf(prepared, 'tabular'), bench);
    const floor = floorOf(packageOf(prepared, 'tabular'), bench);
    const large = environmentOf(packageOf(prepared, 'resnet18'), bench);
    const plain = environmentOf(packageOf(unprepared, 'resnet18'), bench);
    checkAnswer((await reportOf(small)).result, (await reportOf(floor)).scores);
    checkAnswer((await reportOf(large)).result, scoresOf((await reportOf(plain)).result));
    return [
      {
        subject: 'cold start of the predict bundle, small model',
        baseline: 'node + binding + session + run',
        goal: atMost(1.25, 1.15),
        outcome: await compare(small, floor, bench, 31, 'small model'),
      },
      {
        subject: 'cold start, ResNet18-size model',
        baseline: 'the same model unprepared',
        goal: atMost(0.45),
        outcome: await compare(large, plain, bench, 15, 'ResNet18-size model'),
      },
      await memoryRow(large, plain, bench),
    ];
  },
};

function environmentOf({ model, handlerFile, env }: DeployedModel, { folder }: Bench) {
  const eventFile = join(folder, `${model}-event.json`);
  const input = modelInput(model as BenchModel);
  const body = requestBody(input, model === 'tabular' ? 'JSON' : 'binary');
  writeFileSync(eventFile, JSON.stringify(inferEvent(model, body)));
  const script = join(import.meta.dirname, 'environment.cjs');
  return () => startEnvironment<Answered>(script, [handlerFile, eventFile], env);
}

function floorOf({ sourceFile, env }: DeployedModel, { folder }: Bench) {
  // Out of the checkout, whose node_modules would take the place of the layer.
  const script = join(folder, 'floor.cjs');
  cpSync(join(import.meta.dirname, 'floor.cjs'), script);
  const { name, shape, data } = modelInput('tabular');
  const tensorFile = join(folder, 'tensor.json');
  writeFileSync(tensorFile, JSON.stringify({ name, shape, data: Array.from(data) }));
  return () => startEnvironment<{ scores: number[] }>(script, [sourceFile, tensorFile], env);
}

async function reportOf<Report>(start: Start<Report>): Promise<Report> {
  const environment = await start();
  await environment.stop();
  return environment.report;
}

async function compare(
  subject: Start<unknown>,
  baseline: Start<unknown>,
  { quick, progress }: Bench,
  rounds: number,
  what: string,
) {
  progress(what);
  const sides = await interleave(cost(subject), cost(baseline), quick ? 5 : rounds);
  return measured('ms CPU', sides);
}

function cost(start: Start<unknown>): Measure {
  return async () => {
    const environment = await start();
    await environment.stop();
    const { milliseconds, report } = environment;
    return { value: report.cpuMicros / 1000, wallMicros: milliseconds * 1000 };
  };
}

async function memoryRow(
  prepared: Start<unknown>,
  unprepared: Start<unknown>,
  { quick, progress }: Bench,
): Promise<Row> {
  progress('memory of a second environment');
  const sides = await interleave(secondOf(prepared), secondOf(unprepared), quick ? 1 : 5);
  return {
    subject: 'private memory of a second environment, ResNet18-size model',
    baseline: 'the same model unprepared',
    goal: atMost(0.3),
    outcome: measured('MB', sides),
  };
}

/** Mapped pages are shared only where another process has them too, hence the second one's. */
function secondOf(start: Start<unknown>): Measure {
  return async () => {
    const [first, second] = [await start(), await start()];
    const value = second.privateBytes() / 1e6;
    await Promise.all([first.stop(), second.stop()]);
    return { value };
  };
}
