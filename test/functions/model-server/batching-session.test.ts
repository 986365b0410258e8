import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchClock,
  BatchingSession,
} from '../../../functions/model-server/batching-session.ts';
import type { Configuration } from '../../../functions/model-server/configuration.ts';
import type { Session } from '../../../serving/engine/port.ts';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';

/** A clock that moves when it is told. */
class HandClock implements BatchClock {
  #now = 0;
  #actions: { at: number; action: () => void }[] = [];
  readonly now = () => this.#now;
  readonly after = (milliseconds: number, action: () => void) => {
    this.#actions.push({ at: this.#now + milliseconds, action });
  };

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#actions.filter(({ at }) => at <= this.#now);
    this.#actions = this.#actions.filter(({ at }) => at > this.#now);
    for (const { action } of due) action();
  }
}

const x = (shape: number[], values: number[]): Tensor => ({
  name: 'x',
  datatype: 'FP32',
  shape,
  data: new Float32Array(values),
});
const row = (...values: number[]): Tensor[] => [x([1, values.length], values)];

/** Doubles its input; a batch with a negative number fails as a whole. */
function doubling() {
  const batches: number[][] = [];
  const session: Session = {
    run: async ([input]) => {
      await turn();
      const { shape } = input as Tensor;
      const data = (input as Tensor).data as Float32Array;
      batches.push([...shape]);
      const bad = data.find((value) => value < 0);
      if (bad !== undefined) throw new SiskinError('model_error', `the model failed: ${bad}`);
      return [{ name: 'y', datatype: 'FP32', shape, data: data.map((value) => value * 2) }];
    },
    dispose: () => {},
  };
  return { batches, session };
}

const dynamic = {
  maxBatchSize: 4,
  batching: { maxRows: 4, preferred: [4], delayMillis: 5 },
  queueSize: 0,
} satisfies Partial<Configuration>;

function batching(configuration: Partial<Configuration> = {}) {
  const clock = new HandClock();
  const { batches, session } = doubling();
  const batched = new BatchingSession({
    model: 'm',
    session,
    configuration: { ...dynamic, ...configuration },
    clock,
  });
  const run = async (...inputs: Tensor[]) => {
    const [output] = await batched.run(inputs, ['y']);
    return [...((output as Tensor).data as Float32Array)];
  };
  return { clock, batches, batched, run };
}

describe('A session that batches', () => {
  it('joins what waits and gives each request its own rows', async () => {
    const { batches, batched, run } = batching();
    const answers = await Promise.all([
      run(...row(1, 2)),
      run(x([2, 2], [3, 4, 5, 6])),
      run(...row(7, 8)),
    ]);
    expect(answers).toEqual([
      [2, 4],
      [6, 8, 10, 12],
      [14, 16],
    ]);
    expect(batches).toEqual([[4, 2]]);
    expect(batched.counts).toEqual({ requests: 3, batches: 1 });
  });

  it('waits for the queue delay of the configuration, and not longer', async () => {
    const { clock, batches, run } = batching();
    const answers = Promise.all([run(...row(1)), run(...row(2))]);
    clock.advance(4);
    await turn();
    expect(batches).toEqual([]);
    clock.advance(1);
    expect(await answers).toEqual([[2], [4]]);
    expect(batches).toEqual([[2, 1]]);
  });

  it('lets what arrives while a batch runs make up the next one', async () => {
    const { batches, run } = batching({ batching: { ...dynamic.batching, delayMillis: 0 } });
    await Promise.all([run(...row(1)), run(...row(2)), run(...row(3))]);
    expect(batches).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('does not join different shapes, and runs each alone without dynamic batching', async () => {
    const { batches, run } = batching({ batching: { ...dynamic.batching, delayMillis: 0 } });
    await Promise.all([run(...row(1)), run(...row(2)), run(...row(3, 4)), run(...row(5))]);
    expect(batches).toEqual([
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 1],
    ]);
    const plain = batching({ batching: undefined });
    await Promise.all([plain.run(...row(1)), plain.run(...row(2))]);
    expect(plain.batches).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('fails the request at fault and none that shared its batch', async () => {
    const { batches, run } = batching();
    const answers = await Promise.allSettled([
      run(...row(1)),
      run(...row(-1)),
      run(...row(3)),
      run(...row(4)),
    ]);
    expect(answers).toMatchObject([
      { value: [2] },
      { reason: { code: 'model_error', message: 'the model failed: -1' } },
      { value: [6] },
      { value: [8] },
    ]);
    expect(batches).toEqual([
      [4, 1],
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('refuses more rows than the configuration allows, and inputs of several batch sizes', async () => {
    const { run } = batching();
    await expect(run(x([5, 1], [1, 2, 3, 4, 5]))).rejects.toMatchObject({
      code: 'signature_mismatch',
      message: expect.stringContaining('batch-size must be <= 4 for "m", but is 5'),
    });
    const other: Tensor = { ...x([2, 1], [1, 2]), name: 'z' };
    await expect(run(...row(1), other)).rejects.toThrow('"x" has 1, "z" has 2');
  });

  it('lets no more requests wait than the configuration says', async () => {
    const { clock, run } = batching({ queueSize: 1 });
    const first = run(...row(1));
    await expect(run(...row(2))).rejects.toMatchObject({ code: 'model_not_ready' });
    clock.advance(5);
    expect(await first).toEqual([2]);
  });

  it('falls back to one at a time for outputs that have not a row for each', async () => {
    const session: Session = {
      run: async ([input]) => [{ ...x([1], [input?.shape[0] ?? 0]), name: 'y' }],
      dispose: () => {},
    };
    const clock = new HandClock();
    const batched = new BatchingSession({ model: 'm', session, configuration: dynamic, clock });
    const answers = [1, 2, 3, 4].map((value) => batched.run(row(value), ['y']));
    expect((await Promise.all(answers)).map(([y]) => y?.data[0])).toEqual([1, 1, 1, 1]);
  });

  it('answers in batches what it answers alone, whatever arrives when', async () => {
    const request = fc.record({
      columns: fc.constantFrom(1, 2),
      values: fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 3 }),
      pause: fc.integer({ min: 0, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 10 }), async (requests) => {
        const { clock, run } = batching();
        const answers = requests.map(({ columns, values, pause }) => {
          const elements = values.flatMap((value) => Array(columns).fill(value));
          const answer = run(x([values.length, columns], elements)).catch(() => 'failed');
          clock.advance(pause);
          return answer;
        });
        const ended = Promise.all(answers);
        // Batches that wait for the clock form one after the other.
        for (const _ of requests) {
          for (let turns = 0; turns < 12; turns += 1) await turn();
          clock.advance(5);
        }
        expect(await ended).toEqual(
          requests.map(({ columns, values }) =>
            values.includes(-1)
              ? 'failed'
              : values.flatMap((value) => Array(columns).fill(value * 2)),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });
});
