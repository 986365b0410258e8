import { describe, expect, it } from 'vitest';
import type { NumberArray } from '../../../../serving/codec/number-scanner/number-array.ts';
import { NumberScanner } from '../../../../serving/codec/number-scanner/number-scanner.ts';
import { limits } from '../../../../serving/contract/limits.ts';

const scanner = new NumberScanner();

function scan(text: string | Uint8Array) {
  return scanner.scan(Buffer.from(text as string));
}

function value(text: string | Uint8Array): unknown {
  const scanned = scan(text);
  if (!scanned.ok) throw new Error(`${scanned.problem} at ${scanned.offset}`);
  return scanned.value;
}

/** The data of a request's first input. */
function data(json: string): NumberArray {
  return (value(`{"inputs":[{"data":${json}}]}`) as { inputs: [{ data: NumberArray }] }).inputs[0]
    .data;
}

function numbers(json: string): number[] {
  return Array.from(data(json).values);
}

describe('Lifting tensor data', () => {
  it('replaces the numbers of every input and leaves the rest of the request as it is', () => {
    const request = value(
      '{"id":"a","inputs":[{"name":"é","shape":[2],"data":[1, 2.5]},{"data":[[3],[4]]}],"outputs":[]}',
    ) as { inputs: { data: NumberArray }[] };
    expect(request).toMatchObject({
      id: 'a',
      inputs: [{ name: 'é', shape: [2] }, {}],
      outputs: [],
    });
    expect(request.inputs.map(({ data: { shape } }) => shape)).toEqual([[2], [2, 1]]);
    expect(Array.from(request.inputs[1]?.data.values ?? [])).toEqual([3, 4]);
  });

  it('leaves an array alone that holds a string or an object, or nothing', () => {
    for (const json of ['["a"]', '[1,"a"]', '[[1],{"a":1}]', '[]', '[[],[]]', '"[1]"', '1']) {
      expect(data(json), json).toEqual(JSON.parse(json));
    }
  });

  it('leaves arrays alone that are not the data of an input', () => {
    for (const json of [
      '{"data":[1]}',
      '{"inputs":{"data":[1]}}',
      '{"outputs":[{"data":[1]}]}',
      '{"x":{"inputs":[{"data":[1]}]}}',
      '{"inputs":[[{"data":[1]}]]}',
      '[{"data":[1]}]',
      '[1]',
    ]) {
      expect(value(json), json).toEqual(JSON.parse(json));
    }
  });

  it('knows a key that is written with escapes', () => {
    const request = value('{"\\u0069nputs":[{"d\\u0061ta":[0]}]}') as {
      inputs: [{ data: NumberArray }];
    };
    expect(Array.from(request.inputs[0].data.values)).toEqual([0]);
  });

  it('lets the last of several equal keys win', () => {
    expect(value('{"inputs":[{"data":[1],"data":"x"}]}')).toEqual({ inputs: [{ data: 'x' }] });
    expect(value('{"inputs":[{"data":[1]}],"inputs":null}')).toEqual({ inputs: null });
    expect(value('{"inputs":[{"data":[7]}],"inputs":[[0]]}')).toEqual({ inputs: [[0]] });
    expect(numbers('[1],"data":[2,3]')).toEqual([2, 3]);
  });

  it('reads a body that begins with a byte order mark', () => {
    expect(value('\ufeff{"inputs":[{"data":[1]}],"a":"ü"}')).toMatchObject({ a: 'ü' });
  });

  it('takes away the numbers of a body once the next one is scanned', () => {
    const first = data('[1]');
    data('[2]');
    expect(() => first.values).toThrow('after the next body was scanned');
  });

  it('reads on after a body so large that its memory is given up', () => {
    const huge = data(`[${'1,'.repeat(5_000_000)}2]`);
    expect(huge.values.length).toBe(5_000_001);
    expect(huge.values.at(-1)).toBe(2);
    expect(numbers('[3]')).toEqual([3]);
  });
});

describe('A body in the room of the scanner', () => {
  const inRoom = (own: NumberScanner, text: string) => {
    const room = own.room(text.length) as Buffer;
    room.write(text);
    return own.scan(room);
  };
  const many = '1,'.repeat(1_000_000);

  it('is read where it is', () => {
    const scanned = inRoom(new NumberScanner(), '{"inputs":[{"data":[1,2.5]}]}');
    expect(scanned.ok && Array.from(scanned.arrays[0]?.values ?? [])).toEqual([1, 2.5]);
  });

  it('is the result of a scan that makes the memory grow, whether it is taken or refused', () => {
    const taken = `{"inputs":[{"data":[${many}2]}]}`;
    const scanned = inRoom(new NumberScanner(), taken);
    expect(scanned.ok && scanned.arrays[0]?.values.at(-1)).toBe(2);
    expect(scanned.body.toString()).toBe(taken);
    const refused = `{"inputs":[{"data":[${many}x]}]}`;
    expect(inRoom(new NumberScanner(), refused).body.toString()).toBe(refused);
  });
});

describe('Shapes', () => {
  it.each([
    ['[1,2,3]', [3]],
    ['[[1,2],[3,4],[5,6]]', [3, 2]],
    ['[[[1]],[[2]]]', [2, 1, 1]],
    ['[ [ 1 , 2 ] ]', [1, 2]],
  ])('tells that of %s', (json, shape) => {
    expect(data(json)).toMatchObject({ shape, ragged: false });
  });

  it.each([
    '[[1,2],[3]]',
    '[[1],2]',
    '[1,[2]]',
    '[1,[]]',
    '[[],[1]]',
    '[[1],[]]',
    '[[[]],[1]]',
    '[[[1],[2]],[[3]]]',
  ])('calls %s ragged', (json) => {
    expect(data(json).ragged).toBe(true);
  });
});

describe('Numbers', () => {
  it.each([
    '0',
    '-0',
    '-0.0',
    '1e-7',
    '0.1',
    '1.7976931348623157e308',
    '5e-324',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '1e-400',
    '1e400',
    '9007199254740987.5',
    '9007199254740993',
    '9007199254740993.00000000000000000000000001',
    '0.500000000000000166533453693773481063544750213623046875',
    '123456789012345678901234567890',
    '0.000000000000000000000000000000000000000000001401298464324817',
    '3.4028235677973366e+38',
    '1E+2',
    '7.450580596923828125e-9',
    '0.00000000000000000000000000000000000000000000000000000000000000e99999999999',
  ])('reads %s to the bit that JSON.parse reads', (json) => {
    expect(numbers(`[${json}]`)[0]).toBe(JSON.parse(json));
  });

  it('notes what a copy into a narrower type must know', () => {
    expect(data('[3,-1,2.0,1e1]')).toMatchObject({ integral: true, least: -1, greatest: 10 });
    expect(data('[3,0.5]')).toMatchObject({ integral: false, least: 0.5, greatest: 3 });
    expect(data('[1,1e400]')).toMatchObject({ overflow: true, nonFinite: false, greatest: 1 });
    expect(data('[true,false,1]')).toMatchObject({ booleans: true, integral: true });
    expect(data('[null]')).toMatchObject({ nulls: true, integral: false, least: Infinity });
  });

  it.each(['9007199254740993', '1.00000000000000000001', '4503599627370496.3', '1e-400', '1e22'])(
    'says that the whole number read from %s may not be the one written',
    (json) => {
      expect(data(`[${json}]`).roundedInteger).toBe(true);
    },
  );

  it('says nothing of whole numbers that are exact', () => {
    const exact = '[9007199254740992,-9007199254740991,0,1.50,1e15,0.1,123456789.125]';
    expect(data(exact).roundedInteger).toBe(false);
  });

  it('hands out the text of each element in order', () => {
    const tokens = data('[[ 18446744073709551615,-0 ],\n[1E2,NaN]]').tokens();
    expect([...tokens]).toEqual(['18446744073709551615', '-0', '1E2', 'NaN']);
  });

  it('takes the three tokens that JSON lacks, in tensor data only', () => {
    expect(numbers('[NaN,Infinity,-Infinity,1]')).toEqual([NaN, Infinity, -Infinity, 1]);
    expect(data('[NaN,1]')).toMatchObject({ nonFinite: true, overflow: false });
    for (const json of ['{"a":NaN}', '[NaN]', '{"inputs":[{"shape":[Infinity]}]}']) {
      expect(scan(json).ok, json).toBe(false);
    }
    expect(scan('{"inputs":[{"data":[NaN,"a"]}]}').ok).toBe(false);
  });
});

describe('Refusing', () => {
  it.each([
    ['', 0],
    ['{"inputs":[{"data":[1,]}]}', 22],
    ['{"inputs":[{"data":[1,,2]}]}', 22],
    ['{"inputs":[{"data":[01]}]}', 21],
    ['{"inputs":[{"data":[1.]}]}', 22],
    ['{"inputs":[{"data":[1.e1]}]}', 22],
    ['{"inputs":[{"data":[1e]}]}', 22],
    ['{"inputs":[{"data":[-]}]}', 21],
    ['{"inputs":[{"data":[-NaN]}]}', 21],
    ['{"inputs":[{"data":[12345678901234567890.]}]}', 41],
    ['{"inputs":[{"data":[1 2]}]}', 22],
    ['{"inputs":[{"data":[1', 21],
    ['{"inputs":[{"data":[nul', 20],
    ['{"a":"\t"}', 6],
    ['{"a":"\\x"}', 7],
    ['{"a":tru}', 5],
    ['{"a":1}}', 7],
    ['1\0', 1],
  ])('tells of %j where it goes wrong', (text, offset) => {
    expect(scan(text)).toMatchObject({ ok: false, problem: 'syntax', offset });
  });

  it.each([['c080'], ['c3'], ['e08080'], ['eda080'], ['f0808080'], ['f4908080'], ['ff']])(
    'refuses the bytes %s, which are not UTF-8',
    (hex) => {
      const text = Buffer.concat([Buffer.from('"'), Buffer.from(hex, 'hex'), Buffer.from('"')]);
      expect(scan(text)).toMatchObject({ ok: false, problem: 'syntax', offset: 1 });
    },
  );

  it('refuses data that is nested deeper than the protocol allows', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    expect(data(nested(limits.jsonDepth)).shape.length).toBe(limits.jsonDepth);
    const deeper = nested(limits.jsonDepth + 1);
    expect(scan(`{"inputs":[{"data":${deeper}}]}`)).toMatchObject({ problem: 'too deep' });
    expect(scan('['.repeat(1_000_000))).toMatchObject({ problem: 'too deep' });
    expect(scan('{"a":'.repeat(1_000_000))).toMatchObject({ problem: 'too deep' });
  });
});
