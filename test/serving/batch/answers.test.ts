import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arm, answers, tensorRows } from '../../../serving/batch/answers.ts';
import { SiskinError } from '../../../serving/error/siskin-error.ts';
import type { Tensor } from '../../../serving/protocol/tensor.ts';
import type { Batch } from '../../../serving/records/records.ts';

function batchOf(numbers: readonly number[], records = numbers.map((_, row) => row)): Batch {
  const data = Float64Array.from(numbers);
  return {
    rows: numbers.length,
    inputs: [{ name: 'x', datatype: 'FP64', shape: [numbers.length, 1], data }],
    records,
    carried: new Map([['key', numbers.map(String)]]),
  };
}

/** Gives its input back; refuses the numbers in `bad`, whatever else is in the batch. */
function echo(bad: readonly number[] = [], version = '1') {
  const runs: number[] = [];
  const arm: Arm = {
    version,
    infer: async (inputs) => {
      const numbers = Array.from(inputs[0]?.data as Float64Array);
      runs.push(numbers.length);
      const found = numbers.find((number) => bad.includes(number));
      if (found !== undefined) throw new SiskinError('model_error', `cannot take ${found}`);
      return inputs;
    },
  };
  return { arm, runs };
}

async function all(batch: Batch, arms: readonly Arm[]) {
  const good: number[] = [];
  const refused: (readonly [records: number[], reasons: string[]])[] = [];
  for await (const answer of answers(batch, arms)) {
    if ('outputs' in answer) good.push(...numbersOf(answer.outputs));
    else {
      const records = Array.from(answer.batch.records);
      refused.push([records, answer.refusals.map(({ reason }) => reason)]);
    }
  }
  return { good, refused };
}

describe('The answers to a batch', () => {
  it('come from one run when nothing is wrong', async () => {
    const { arm, runs } = echo();
    expect(await all(batchOf([1, 2, 3]), [arm])).toEqual({ good: [1, 2, 3], refused: [] });
    expect(runs).toEqual([3]);
  });

  it('leave out the rows at fault and no other, in order', async () => {
    const bad = fc.uniqueArray(fc.nat(40));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(40), { minLength: 1 }), bad, async (numbers, wrong) => {
        const { good, refused } = await all(batchOf(numbers), [echo(wrong).arm]);
        expect(good).toEqual(numbers.filter((number) => !wrong.includes(number)));
        expect(refused.map(([records]) => records)).toEqual(
          numbers.flatMap((number, row) => (wrong.includes(number) ? [[row]] : [])),
        );
      }),
    );
  });

  it('need few runs to find one bad row among many', async () => {
    const { arm, runs } = echo([700]);
    await all(batchOf(Array.from({ length: 1024 }, (_, row) => row)), [arm]);
    expect(runs.length).toBeLessThan(25);
  });

  it('keep the rows of one record together', async () => {
    const { refused, good } = await all(batchOf([1, 2, 3, 4, 5], [0, 0, 0, 1, 1]), [echo([2]).arm]);
    expect([good, refused]).toEqual([[4, 5], [[[0, 0, 0], ['cannot take 2']]]]);
  });

  it('say which of two versions refused', async () => {
    const { refused } = await all(batchOf([1, 2]), [echo([], '1').arm, echo([2], '5').arm]);
    expect(refused).toEqual([[[1], ['version 5: cannot take 2']]]);
  });

  it('end with what is not the fault of a row', async () => {
    const broken: Arm = {
      version: '1',
      infer: async () => {
        throw new SiskinError('model_not_ready', 'no model');
      },
    };
    await expect(all(batchOf([1]), [broken])).rejects.toThrow('no model');
  });
});

describe('Rows of a tensor', () => {
  it('are cut from any datatype', () => {
    const texts = { name: 't', datatype: 'BYTES', shape: [3, 2], data: [...'abcdef'] } as const;
    expect(tensorRows(texts, 1, 3)).toMatchObject({ shape: [2, 2], data: [...'cdef'] });
    const empty = { name: 'e', datatype: 'FP32', shape: [2, 0], data: new Float32Array() } as const;
    expect(tensorRows(empty, 0, 1)).toMatchObject({ shape: [1, 0], data: new Float32Array() });
  });
});

function numbersOf([first]: readonly (readonly Tensor[])[]): number[] {
  return Array.from((first as readonly [Tensor])[0].data as Float64Array);
}
