import { describe, expect, it } from 'vitest';
import {
  type RowProgram,
  RowScanner,
} from '../../../../serving/codec/number-scanner/row-scanner.ts';

const literal = (text: string) => ({ kind: 'literal' as const, bytes: Buffer.from(text) });
const program: RowProgram = {
  steps: [
    literal('{"id":'),
    { kind: 'scalar', span: 0 },
    literal(',"x":['),
    { kind: 'numbers', count: 2, target: 0, offset: 0 },
    literal(']}'),
  ],
  targets: [{ numbers: 2, type: 'doubles' }],
  spans: 1,
  allowsRounding: false,
};

function scan(lines: readonly string[], using = program) {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    ends.push(at + Buffer.byteLength(line));
    at += Buffer.byteLength(line) + 1;
  }
  const text = Buffer.from(lines.join('\n'));
  const rows = new RowScanner().scan(using, text, starts, ends);
  if (!rows) throw new Error('no memory');
  const spans = Array.from({ length: rows.spans.length / 2 }, (_, index) =>
    text.toString('utf8', rows.spans[2 * index], rows.spans[2 * index + 1]),
  );
  return {
    matched: Array.from(rows.matched),
    values: rows.values.map((each) => Array.from(each)),
    spans,
  };
}

describe('records of one shape', () => {
  it('give their numbers row after row, and where their single values stand', () => {
    expect(scan(['{"id":"a\\"é","x":[1, -2.5e1]}', '{"id":null,"x":[3 ,4]}'])).toEqual({
      matched: [0, 1],
      values: [[1, -25, 3, 4]],
      spans: ['"a\\"é"', 'null'],
    });
  });

  it('are left to others when a byte differs, or a number is not JSON', () => {
    const good = '{"id":1,"x":[1,2]}';
    const other = [
      '{"id":1,"x":[1,2]} ',
      '{"id":1, "x":[1,2]}',
      '{"id":1,"x":[1,2,3]}',
      '{"id":1,"x":[1]}',
      '{"id":1,"x":[01,2]}',
      '{"id":1,"x":[1,2.]}',
      '{"id":1,"x":[1,null]}',
      '{"id":[],"x":[1,2]}',
      '{"id":"\\x","x":[1,2]}',
      '{"id":1,"x":[1,2',
      '',
    ];
    expect(scan([good, ...other, good]).matched).toEqual([0, other.length + 1]);
  });

  it('are left to others when a double is not the whole truth, unless floats are wanted', () => {
    const long = '{"id":1,"x":[9007199254740993,2]}';
    const huge = '{"id":1,"x":[1e400,2]}';
    expect(scan([long, huge]).matched).toEqual([]);
    expect(scan([long, huge], { ...program, allowsRounding: true }).matched).toEqual([0]);
  });

  it('never run into the next line', () => {
    expect(scan(['{"id":1,"x":[1,', '2]}', '{"id":"', '"}']).matched).toEqual([]);
  });

  describe('of single floats', () => {
    const singles = (count: number): RowProgram => ({
      steps: [literal('['), { kind: 'numbers', count, target: 0, offset: 0 }, literal(']')],
      targets: [{ numbers: count, type: 'singles' }],
      spans: 0,
      allowsRounding: true,
    });

    it('are rounded as a copy of the doubles would be', () => {
      const { matched, values } = scan(['[0.1,16777217,-0,1e-46]'], singles(4));
      expect(matched).toEqual([0]);
      expect(values[0]).toEqual([Math.fround(0.1), 16777216, -0, 0]);
    });

    it('are left to others when a double does not fit', () => {
      expect(scan(['[3.5e38]', '[-3.5e38]', '[3.4e38]'], singles(1)).matched).toEqual([2]);
    });

    it('are the same with any number of zeros before and behind one that is none', () => {
      for (let count = 1; count < 40; count += 1) {
        for (const place of [0, count >> 1, count - 1]) {
          const numbers = new Array<number>(count).fill(0);
          numbers[place] = 0.5;
          const line = JSON.stringify(numbers);
          expect(scan([line, line], singles(count)).values[0]).toEqual([...numbers, ...numbers]);
        }
      }
    });

    it('are as many as are wanted, zeros too', () => {
      const zeros = (count: number) => JSON.stringify(new Array(count).fill(0));
      expect(scan([zeros(19), zeros(20), zeros(21)], singles(20)).matched).toEqual([1]);
      expect(scan(['[0,0,0,0,0,0,0,0,0,00]'], singles(10)).matched).toEqual([]);
    });
  });
});
