import { join } from 'node:path';
import { checkNumbers, numbersOf } from '../handler/check-answer.ts';
import { deployModels, packageOf } from '../measure/package.ts';
import { interleave, type Measure, measured, type Sides } from '../measure/sides.ts';
import { type BenchModel, writeModels } from '../models/bench-models.ts';
import { modelInput, type RequestBody, requestBody } from '../models/request.ts';
import { atLeast, atMost, type Bench, type Goal, type Row, type Scenario } from '../scenario.ts';
import { sendFor, sendOnce } from './load.ts';
import {
  missingFastApi,
  missingServerlessOffline,
  type Running,
  startFastApi,
  startInProcess,
  startLocalCloud,
  startServerlessOffline,
} from './servers.ts';

interface Case {
  readonly subject: string;
  readonly model: BenchModel;
  readonly goal: Goal;
  readonly callers: number;
}

const tabular = { subject: 'tabular JSON', model: 'tabular', callers: 16 } as const;

const againstFastApi: readonly Case[] = [
  { ...tabular, goal: atLeast(1.6, 2) },
  { subject: '28x28 image JSON', model: 'digits', callers: 16, goal: atLeast(3) },
  { subject: '224x224x3 image JSON', model: 'mobilenet', callers: 4, goal: atLeast(2.4) },
];

/** What `npm start` serves, against the handler alone and against what others would have written. */
export const localCloudScenario: Scenario = {
  name: 'local-cloud',
  title: 'Local cloud under load',
  run: async (bench) => {
    const models = writeModels(join(bench.folder, 'models'), ['tabular', 'digits', 'mobilenet']);
    const deployed = await deployModels(models, join(bench.folder, 'task'));
    const packaged = packageOf(deployed, tabular.model);
    bench.progress('start the local cloud');
    const local = await startLocalCloud(models, join(bench.folder, 'state'));
    try {
      const inProcess = () => startInProcess(packaged);
      const rows = [await overheadRow(local, inProcess, bench)];
      const noFastApi = await missingFastApi();
      for (const each of againstFastApi) {
        const peer = () => startFastApi(packageOf(deployed, each.model));
        const baseline = 'FastAPI + onnxruntime, 2 workers';
        rows.push(await throughputRow(each, baseline, noFastApi, local, peer, bench));
      }
      const against = { ...tabular, goal: atLeast(4.5, 6) };
      const peer = () => startServerlessOffline(packaged, join(bench.folder, 'offline'));
      const missing = missingServerlessOffline();
      const baseline = 'serverless-offline running the same function';
      rows.push(await throughputRow(against, baseline, missing, local, peer, bench));
      return rows;
    } finally {
      await local.server.stop();
    }
  },
};

async function overheadRow(
  local: Running,
  start: () => Promise<Running>,
  bench: Bench,
): Promise<Row> {
  const sides = await compare(tabular, local, start, bench);
  return {
    subject: 'local cloud, CPU of a request, tabular JSON',
    baseline: 'node:http server that calls the same handler in its own process',
    goal: atMost(2),
    outcome: measured('µs CPU', { subject: costs(sides.subject), baseline: costs(sides.baseline) }),
  };
}

function costs(samples: Sides['subject']) {
  return samples.map(({ cpuMicros = 0 }) => ({ value: cpuMicros }));
}

async function throughputRow(
  each: Case,
  baseline: string,
  missing: string | undefined,
  local: Running,
  start: () => Promise<Running>,
  bench: Bench,
): Promise<Row> {
  const { goal } = each;
  const subject = `local cloud, requests/s, ${each.subject}`;
  if (missing) {
    bench.progress(`${subject}: skipped, ${missing}`);
    return { subject, baseline, goal, outcome: { skipped: missing } };
  }
  const sides = await compare(each, local, start, bench);
  return { subject, baseline, goal, outcome: measured('requests/s', sides) };
}

async function compare(
  each: Pick<Case, 'subject' | 'model' | 'callers'>,
  local: Running,
  start: () => Promise<Running>,
  { quick, progress }: Bench,
): Promise<Sides> {
  progress(`${each.subject}: start the other side`);
  const other = await start();
  try {
    const input = modelInput(each.model);
    const request = requestBody(input, 'JSON');
    const found = await scoresOf(local, each.model, request);
    checkNumbers(found, await scoresOf(other, each.model, request));
    progress(`${each.subject}: measure`);
    const seconds = quick ? 1 : 3;
    const load = (running: Running): Measure => loadOf(running, each, request, seconds);
    await warmUp(load(local), load(other), seconds);
    return await interleave(load(local), load(other), quick ? 3 : 5);
  } finally {
    await other.server.stop();
  }
}

/** Requests after which the optimizing compilers of both sides have settled, and how many turns at most. */
const warmRequests = 20_000;
const warmTurns = 8;

/** The first load also starts execution environments; what compilers do later would be measured. */
async function warmUp(local: Measure, other: Measure, seconds: number): Promise<void> {
  let requests = 0;
  for (let turn = 0; turn < warmTurns && requests < warmRequests; turn += 1) {
    requests += (await local()).value * seconds;
    await other();
  }
}

async function scoresOf({ port, path }: Running, model: BenchModel, request: RequestBody) {
  return numbersOf(await sendOnce({ port, path: path(model), request, callers: 1 }), {});
}

function loadOf(
  { server, port, path }: Running,
  { model, callers }: Pick<Case, 'model' | 'callers'>,
  request: RequestBody,
  seconds: number,
): Measure {
  return async () => {
    const before = server.cpuMicros();
    const sent = await sendFor({ port, path: path(model), request, callers }, seconds * 1000);
    return {
      value: sent.requests / sent.seconds,
      cpuMicros: (server.cpuMicros() - before) / sent.requests,
    };
  };
}
