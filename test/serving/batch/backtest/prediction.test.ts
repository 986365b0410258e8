import { describe, expect, it } from 'vitest';
import {
  classesOf,
  classOfLabel,
  kindOf,
  numberOfLabel,
} from '../../../../serving/batch/backtest/prediction.ts';

describe('A prediction', () => {
  it('is a number where a row has one floating-point number, else a class', () => {
    const kind = (datatype: 'FP32' | 'FP16' | 'INT64' | 'BYTES', shape: number[]) =>
      kindOf({ name: 'y', datatype, shape });
    expect([kind('FP32', [-1]), kind('FP16', [-1, 1])]).toEqual(['number', 'number']);
    expect([kind('FP32', [-1, 10]), kind('FP32', [-1, -1])]).toEqual(['class', 'class']);
    expect([kind('INT64', [-1]), kind('BYTES', [-1])]).toEqual(['class', 'class']);
  });

  it('is the class with the largest score', () => {
    const data = Float32Array.of(0.1, 0.7, 0.2, 0.9, 0.05, 0.05);
    const tensor = { name: 'y', datatype: 'FP32', shape: [2, 3], data } as const;
    expect(classesOf(tensor, 2)).toEqual(['1', '0']);
  });

  it('is spelled like a label, whatever the format of the label', () => {
    const data = BigInt64Array.of(7n, -1n);
    expect(classesOf({ name: 'y', datatype: 'INT64', shape: [2], data }, 2)).toEqual(['7', '-1']);
    expect(['7', 7, 7n, '7.0', ' 7 ', '+7'].map(classOfLabel)).toEqual(Array(6).fill('7'));
    expect([classOfLabel('spam'), classOfLabel(true)]).toEqual(['spam', '1']);
    const texts = { name: 'y', datatype: 'BYTES', shape: [1, 1], data: ['spam'] } as const;
    expect(classesOf(texts, 1)).toEqual(['spam']);
  });

  it('has no counterpart in an empty label, or in a text for a number', () => {
    expect([classOfLabel(null), classOfLabel('')]).toEqual([undefined, undefined]);
    expect(['', null, 'much', true].map(numberOfLabel)).toEqual(Array(4).fill(undefined));
    expect(['1.5', 2n, 3].map(numberOfLabel)).toEqual([1.5, 2, 3]);
  });
});
