import { createRequire } from 'node:module';
import { interleave, type Sample, type Sides } from '../measure/sides.ts';
import { checkAnswer, type LambdaResult } from './check-answer.ts';
import type { HandlerTask } from './handler-task.ts';

/**
 * Runs in a process whose environment is a Lambda's: loads the shipped bundle and the same model in a
 * session of its own, and times both in turns.
 */
const require = createRequire(import.meta.filename);
const context = {
  awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  functionVersion: '1',
  getRemainingTimeInMillis: () => 30_000,
};

type Call = () => Promise<unknown>;

process.once('message', async (task: HandlerTask) => {
  process.send?.(await measure(task));
  process.disconnect();
});

async function measure(task: HandlerTask): Promise<Sides> {
  const { handler } = require(task.handlerFile) as {
    handler: (event: unknown, context: unknown) => Promise<LambdaResult>;
  };
  const { InferenceSession, Tensor } = requireRuntime(task.handlerFile);
  const session = await InferenceSession.create(task.modelFile, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const { name, shape, data } = task.input;
  const feeds = { [name]: new Tensor('float32', Float32Array.from(data), shape) };
  const event: unknown = JSON.parse(task.event);
  const bare: Call = () => session.run(feeds);
  const whole: Call = () => handler(event, context);
  const scores = session.outputNames.at(-1) as string;
  const expected = (await session.run(feeds))[scores]?.data as Float32Array;
  checkAnswer((await whole()) as LambdaResult, expected);
  return compare(whole, bare, task);
}

/** As the bundle finds it: a second copy of the native library in one process crashes. */
function requireRuntime(handlerFile: string): typeof import('onnxruntime-node') {
  return createRequire(handlerFile)('onnxruntime-node');
}

async function compare(whole: Call, bare: Call, task: HandlerTask): Promise<Sides> {
  await timeRound(whole, task.warmUps);
  await timeRound(bare, task.warmUps);
  return interleave(
    () => timeRound(whole, task.calls),
    () => timeRound(bare, task.calls),
    task.rounds,
  );
}

/** The round's median call on the clock, and the mean of what all threads of the process did. */
async function timeRound(call: Call, calls: number): Promise<Sample> {
  const walls = new Float64Array(calls);
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) {
    const start = performance.now();
    await call();
    walls[index] = (performance.now() - start) * 1000;
  }
  const { user, system } = process.cpuUsage(before);
  return { value: (user + system) / calls, wallMicros: walls.sort()[calls >> 1] as number };
}
