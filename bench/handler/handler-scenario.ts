import { join } from 'node:path';
import { deployModels, packageOf } from '../measure/package.ts';
import { inferEvent } from '../measure/proxy-event.ts';
import { measured, type Sides } from '../measure/sides.ts';
import { runWorker } from '../measure/worker.ts';
import { type BenchModel, writeModels } from '../models/bench-models.ts';
import { type Form, modelInput, requestBody } from '../models/request.ts';
import { atMost, type Bench, type Goal, type Row, type Scenario } from '../scenario.ts';
import type { HandlerTask } from './handler-task.ts';

interface Case {
  readonly subject: string;
  readonly model: BenchModel;
  readonly form: Form;
  readonly goal: Goal;
  /** Calls in a round: some tens of milliseconds. */
  readonly calls: number;
}

const cases: readonly Case[] = [
  {
    subject: 'tabular JSON',
    model: 'tabular',
    form: 'JSON',
    goal: atMost(1.25, 1.15, 1),
    calls: 500,
  },
  { subject: '28x28 image JSON', model: 'digits', form: 'JSON', goal: atMost(1.7), calls: 200 },
  {
    subject: '28x28 image binary',
    model: 'digits',
    form: 'binary',
    goal: atMost(1.15),
    calls: 200,
  },
  {
    subject: '224x224x3 image JSON',
    model: 'mobilenet',
    form: 'JSON',
    goal: atMost(1.6),
    calls: 4,
  },
  {
    subject: '224x224x3 image binary',
    model: 'mobilenet',
    form: 'binary',
    goal: atMost(1.03),
    calls: 4,
  },
];

/** The whole handler, from the event to the result, against the run of the model alone. */
export const handlerScenario: Scenario = {
  name: 'handler',
  title: 'Whole handler, warm',
  run: async (bench) => {
    const models = writeModels(join(bench.folder, 'models'), ['tabular', 'digits', 'mobilenet']);
    const deployed = await deployModels(models, join(bench.folder, 'task'));
    const rows: Row[] = [];
    for (const each of cases) {
      bench.progress(each.subject);
      const model = packageOf(deployed, each.model);
      const task = taskOf(each, model.handlerFile, model.sourceFile, bench);
      const worker = join(import.meta.dirname, 'worker.ts');
      rows.push(rowOf(each, await runWorker<HandlerTask, Sides>(worker, model.env, task)));
    }
    return rows;
  },
};

function taskOf(
  { model, form, calls }: Case,
  handlerFile: string,
  modelFile: string,
  { quick }: Bench,
): HandlerTask {
  const input = modelInput(model);
  const event = JSON.stringify(inferEvent(model, requestBody(input, form)));
  const rounds = quick ? 7 : 41;
  // The optimizing compiler takes some ten thousand calls to settle; a large image settles by its size.
  const warmUps = calls > 10 ? 20_000 : 20;
  const task = { handlerFile, modelFile, event, warmUps, rounds, calls };
  return { ...task, input: { ...input, data: Array.from(input.data) } };
}

function rowOf({ subject, goal }: Case, sides: Sides): Row {
  return {
    subject: `whole handler, ${subject}`,
    baseline: 'bare `await session.run`',
    goal,
    outcome: measured('µs CPU', sides),
  };
}
