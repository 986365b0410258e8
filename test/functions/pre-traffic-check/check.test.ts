import { describe, expect, it } from 'vitest';
import { check, type Release } from '../../../functions/pre-traffic-check/check.ts';
import type { Answer, Ask } from '../../../functions/pre-traffic-check/model-client.ts';
import type { GoldenFile } from '../../../serving/contract/golden.ts';

const newVersion = 'arn:function:plus:2';
const alias = 'arn:function:plus:live';

const request = (value: number) => ({
  inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [value] }],
});

const golden = (value: number, answer: number): GoldenFile => ({
  tolerance: { absolute: 1e-5, relative: 0 },
  cases: [
    {
      name: `of ${value}`,
      request: request(value),
      outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [answer] }],
    },
  ],
});

const release = (given: Partial<Release> & { breaking?: boolean } = {}): Release => ({
  manifest: {
    model: 'plus',
    live: '2',
    inputs: [
      { name: 'x', datatype: 'FP32', shape: [-1, 3] },
      { name: 'scale', datatype: 'FP32', shape: [1], optional: true },
    ],
    p95LatencyMs: 100,
    breaking: given.breaking ?? false,
    golden: {},
  },
  golden: new Map([
    ['1', golden(1, 2)],
    ['2', golden(2, 4)],
  ]),
  checkedVersion: newVersion,
  liveAlias: alias,
  ...given,
});

const answered = (value: number, version = '2', milliseconds = 5): Answer => ({
  status: 200,
  milliseconds,
  body: {
    model_version: version,
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1], data: [value] }],
  },
});

const refused: Answer = { status: 400, milliseconds: 5, body: { error: 'x is too small' } };

interface Call {
  readonly target: string;
  readonly value: number;
}

/** A model that answers by function and keeps what it was asked. */
function model(answer: (call: Call) => Answer): Ask & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const ask: Ask = async (target, _path, sent) => {
    const { inputs } = sent as ReturnType<typeof request>;
    const call = { target, value: inputs[0]?.data[0] as number };
    calls.push(call);
    return answer(call);
  };
  return Object.assign(ask, { calls });
}

/** The new version doubles, the old one adds one. */
const healthy = model(({ target, value }) =>
  target === alias ? answered(value + 1, '1') : answered(value * 2),
);

describe('The check of a release', () => {
  it('lets a version pass that reproduces its golden cases and refuses none of the old ones', async () => {
    expect(await check(release(), healthy)).toEqual([]);
  });

  it('fails a version that answers otherwise than its golden cases, naming case and value', async () => {
    const failures = await check(
      release(),
      model(({ value }) => answered(value * 3)),
    );
    expect(failures).toEqual([
      'golden case "of 2" of version 2: output "y" has 6 instead of 4 at element 0',
    ]);
  });

  it('fails a version that refuses its own golden request', async () => {
    expect(
      await check(
        release(),
        model(() => refused),
      ),
    ).toEqual(['golden case "of 2" of version 2 is answered 400: x is too small']);
  });

  it('fails a version that refuses what the serving version answers', async () => {
    const ask = model(({ target, value }) => {
      if (target === alias) return answered(value + 1, '1');
      return value === 1 ? refused : answered(value * 2);
    });
    expect(await check(release(), ask)).toEqual([
      'golden case "of 1" of version 1, which serves now, is answered 400: x is too small',
    ]);
  });

  it('lets a version refuse it that is said to break callers', async () => {
    const ask = model(({ value }) => (value === 1 ? refused : answered(value * 2)));
    expect(await check(release({ breaking: true }), ask)).toEqual([]);
    expect(ask.calls.map(({ target }) => target)).not.toContain(alias);
  });

  it('does not let a serving version that is broken stand in the way of its repair', async () => {
    const crashed: Answer = { status: 502, milliseconds: 5, body: 'crashed' };
    const ask = model(({ target, value }) =>
      target === alias ? crashed : value === 1 ? refused : answered(value * 2),
    );
    expect(await check(release(), ask)).toEqual([]);
  });

  it('does not ask for a predecessor on a first deployment', async () => {
    const { liveAlias: _none, ...first } = release();
    const ask = model(({ value }) => answered(value * 2));
    expect(await check(first, ask)).toEqual([]);
    expect(ask.calls.every(({ target }) => target === newVersion)).toBe(true);
  });

  it('fails a version whose warm answers are slow, whatever its first one takes', async () => {
    let asked = 0;
    const slow = (cold: number, warm: number) => {
      asked = 0;
      return model(({ target, value }) => {
        if (target === alias) return answered(value + 1, '1');
        asked += 1;
        return answered(value * 2, '2', asked === 1 ? cold : warm);
      });
    };
    expect(await check(release(), slow(5000, 50))).toEqual([]);
    expect(await check(release(), slow(50, 250))).toEqual([
      'a warm answer takes 250 ms, more than alarms.p95LatencyMs (100)',
    ]);
  });

  it('makes a request from the signature when there is no golden.json', async () => {
    const sent: unknown[] = [];
    const ask: Ask = async (_target, path, body) => {
      sent.push([path, body]);
      return answered(0);
    };
    expect(await check(release({ golden: new Map() }), ask)).toEqual([]);
    expect(sent[0]).toEqual([
      '/v2/models/plus/infer',
      { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3], data: [0, 0, 0] }] },
    ]);
  });

  it('fails a version that does not answer that request, and says what helps', async () => {
    const [failure] = await check(
      release({ golden: new Map() }),
      model(() => refused),
    );
    expect(failure).toMatch(
      /made from the signature, is answered 400: x is too small; a golden.json/,
    );
  });
});
