import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ReleaseEvent } from '../../../cli/release/events.ts';
import { humanTeller, jsonTeller, rolloutLine } from '../../../cli/release/storyteller.ts';

const rollout: Extract<ReleaseEvent, { event: 'rollout' }> = {
  event: 'rollout',
  model: 'digits',
  deploymentId: 'd-1',
  status: 'InProgress',
  hook: 'Succeeded',
  weights: { '1': 0.9, '2': 0.1 },
  versions: { '1': { requests: 90, errors: 0 }, '2': { requests: 10, errors: 2 } },
  alarms: [{ name: 'ErrorRate', state: 'OK', reason: '' }],
};

function told(events: readonly ReleaseEvent[], teller = humanTeller): string {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const tell = teller(stream as unknown as NodeJS.WriteStream);
  for (const event of events) tell(event);
  return chunks.join('');
}

describe('The story of a release', () => {
  it('shows weights, figures, the check and the alarms of a rollout in one line', () => {
    expect(rolloutLine(rollout)).toBe(
      'version 1 █████████░ 90 % (90 requests, 0 errors)  version 2 █░░░░░░░░░ 10 % (10 requests, 2 errors)  check Succeeded  alarms quiet  InProgress',
    );
  });

  it('names a raised alarm', () => {
    const alarms = [{ name: 'ErrorRate', state: 'ALARM', reason: '' }];
    expect(rolloutLine({ ...rollout, alarms })).toContain('alarms ALARM');
  });

  it('repeats a rollout only when something in it has changed', () => {
    const later = { ...rollout, weights: { '2': 1 } };
    expect(told([rollout, rollout, later]).split('\n')).toHaveLength(3);
  });

  it('says when a release was completed without evidence', () => {
    const completed: ReleaseEvent = {
      event: 'completed',
      model: 'digits',
      functionVersion: '2',
      seconds: 31,
      requests: 3,
      needed: 20,
      evidence: false,
    };
    expect(told([completed])).toContain('completed WITHOUT EVIDENCE (3 of 20 requests)');
    expect(told([{ ...completed, requests: 50, evidence: true }])).toContain(
      'completed on 50 requests',
    );
  });

  it('tells how the requests of callers failed', () => {
    const traffic: ReleaseEvent = {
      event: 'traffic',
      model: 'digits',
      sent: 600,
      failed: 3,
      byStatus: { 200: 597, 503: 2, 0: 1 },
    };
    expect(told([traffic])).toContain('600 requests sent by callers, 3 failed');
    expect(told([traffic])).toMatch(/503: 2/);
    expect(told([traffic])).toMatch(/no answer: 1/);
  });

  it('names what was rolled back, and why', () => {
    const text = told([
      { event: 'rolled-back', model: 'digits', reason: 'the pre-traffic check failed', seconds: 4 },
      { event: 'done', exitCode: 1, completed: [], rolledBack: ['digits'], failed: [] },
    ]);
    expect(text).toContain('digits: rolled back after 4 s: the pre-traffic check failed');
    expect(text).toContain('Rolled back: digits.');
  });

  it('says that there was nothing to do', () => {
    expect(
      told([{ event: 'done', exitCode: 0, completed: [], rolledBack: [], failed: [] }]),
    ).toContain('Nothing to do.');
  });

  it('does not say so when only the API was updated', () => {
    const text = told([
      { event: 'updated', stack: 'siskin-dev-api', seconds: 2 },
      { event: 'done', exitCode: 0, completed: [], rolledBack: [], failed: [] },
    ]);
    expect(text).toMatch(/Done\.\n$/);
  });

  it('gives machines one JSON object a line', () => {
    const lines = told([rollout, rollout], jsonTeller).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([rollout, rollout]);
  });
});
