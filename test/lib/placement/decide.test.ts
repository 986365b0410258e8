import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTarget } from '../../../lib/placement/decide.ts';
import { exampleFacts, exampleProfile, mebibytes } from './example-facts.ts';

/** Busy enough that an endpoint costs less than a function: 1,000 ms a request. */
const heavyTraffic = {
  profile: exampleProfile(1000),
  traffic: { requestsPerMinute: 80, payloadKB: 8 },
};

describe('target: auto', () => {
  it('chooses Lambda for what fits there', () => {
    expect(decideTarget(exampleFacts())).toEqual({
      target: 'lambda',
      reason: 'it fits there and nothing runs while nobody asks',
    });
  });

  it('says when a latency goal is not known to be kept', () => {
    const latency = { p95Ms: 100 };
    expect(decideTarget(exampleFacts({ latency }))).toMatchObject({
      target: 'lambda',
      reason: expect.stringContaining('unknown without profile.json'),
    });
    expect(decideTarget(exampleFacts({ latency, profile: exampleProfile(10) }))).toMatchObject({
      target: 'lambda',
      reason: expect.stringContaining('the 100 ms are kept'),
    });
  });

  it.each([
    ['is too large for a function', { artifact: mebibytes(4000) }, 'MiB of memory'],
    ['loads too slowly from S3', { artifact: mebibytes(1800) }, 'loading its 1800 MiB'],
    [
      'is in several files and too large for a package',
      { artifact: { ...mebibytes(300), files: 2 } },
      'only a single file',
    ],
    [
      'computes what only a GPU can',
      { operators: ['com.microsoft:PackedAttention'] },
      'com.microsoft:PackedAttention has a kernel on GPUs only',
    ],
    [
      'misses its latency goal by measurement',
      { profile: exampleProfile(400), latency: { p95Ms: 100 } },
      'the goal is 100 ms',
    ],
    ['takes longer than a request may', { profile: exampleProfile(60_000) }, 'and may take 28 s'],
  ])('refuses a model that %s, unless an idle machine may be billed', (_what, facts, why) => {
    expect(decideTarget(exampleFacts(facts))).toMatchObject({
      problem: expect.stringContaining(why),
      fix: expect.stringContaining('allowAlwaysOn: true'),
    });
    expect(decideTarget(exampleFacts({ ...facts, allowAlwaysOn: true }))).toMatchObject({
      target: 'sagemaker',
      reason: expect.stringContaining(why),
      instance: expect.stringMatching(/^ml\./),
    });
    expect(decideTarget(exampleFacts({ ...facts, scalesToZero: true }))).toMatchObject({
      target: 'sagemaker',
      reason: expect.stringContaining('down to no instance'),
    });
  });

  it('needs a GPU for operators of GPUs', () => {
    const facts = { operators: ['com.microsoft:NhwcConv'], allowAlwaysOn: true };
    expect(decideTarget(exampleFacts(facts))).toMatchObject({ instance: 'ml.g4dn.xlarge' });
    expect(decideTarget(exampleFacts({ ...facts, instance: 'ml.m5.large' }))).toMatchObject({
      problem: expect.stringContaining('and the GPU for it on ml.m5.large'),
    });
  });

  it('finds no place for operators that no onnxruntime has', () => {
    const facts = { operators: ['ai.contrib:Tokenize'], allowAlwaysOn: true };
    expect(decideTarget(exampleFacts(facts))).toEqual({
      problem: expect.stringMatching(
        /^fits nowhere.*Nor can SageMaker: ai.contrib:Tokenize is not/,
      ),
      fix: expect.stringContaining('sagemaker.engine: image'),
    });
  });

  it('chooses a cheaper endpoint only where always-on is accepted', () => {
    expect(decideTarget(exampleFacts(heavyTraffic))).toMatchObject({ target: 'lambda' });
    expect(decideTarget(exampleFacts({ ...heavyTraffic, allowAlwaysOn: true }))).toMatchObject({
      target: 'sagemaker',
      reason: expect.stringMatching(/^at 80 requests a minute \d x ml.* a month and Lambda/),
    });
  });

  it('begins nothing that is always on by an estimate', () => {
    const { profile: _, ...unmeasured } = heavyTraffic;
    expect(decideTarget(exampleFacts({ ...unmeasured, allowAlwaysOn: true }))).toMatchObject({
      target: 'lambda',
    });
  });

  it('never picks what is billed while idle without being allowed to', () => {
    const facts = fc.record({
      megabytes: fc.nat(8000),
      p50Ms: fc.option(fc.double({ min: 0.01, max: 60_000, noNaN: true })),
      goal: fc.option(fc.integer({ min: 1, max: 1000 })),
      requestsPerMinute: fc.nat(1_000_000),
      operators: fc.subarray(['ai.onnx:Conv', 'com.microsoft:Rfft', 'x:Y']),
    });
    fc.assert(
      fc.property(facts, ({ megabytes, p50Ms, goal, requestsPerMinute, operators }) => {
        const decision = decideTarget(
          exampleFacts({
            artifact: mebibytes(megabytes),
            operators,
            traffic: { requestsPerMinute, payloadKB: 1 },
            ...(p50Ms !== null && { profile: exampleProfile(p50Ms) }),
            ...(goal !== null && { latency: { p95Ms: goal } }),
          }),
        );
        return 'problem' in decision || decision.target === 'lambda';
      }),
    );
  });
});
