import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { Outcome } from '../../../../local/providers/lambda/outcome.ts';
import type { ReplyBytes } from '../../../../local/providers/lambda/runtime-api.ts';
import { type Turn, Turns } from '../../../../local/providers/lambda/turns.ts';

const answered: Outcome = { kind: 'answer', payload: Buffer.from('1') };
const exited: Outcome = { kind: 'exit', reason: 'gone' };

function world() {
  const time = new ManualClock();
  const told: string[] = [];
  const sent: string[] = [];
  const turns = new Turns(time, () => told.push('overrun'));
  turns.onIdle = () => told.push('idle');
  turns.onAhead = () => told.push('ahead');
  turns.onTurn = () => told.push('turn');
  const ask = () => turns.ask((reply: ReplyBytes) => sent.push(String(reply[0])));
  const ends: Record<string, Turn> = {};
  const give = (requestId: string, isMarked = requestId !== 'a') => {
    const invocation = {
      payload: Buffer.from('{}'),
      timeoutMs: 1000,
      functionArn: '',
      traceId: '',
    };
    void turns.give({ ...invocation, requestId, isMarked }).then((turn) => {
      ends[requestId] = turn;
    });
  };
  return { time, turns, told, sent, ask, give, ends };
}

describe('the events of an environment', () => {
  it('go one at a time to a process that asks for the next when it has answered', async () => {
    const { time, turns, told, ask, give, ends } = world();
    ask();
    give('a');
    await time.advance(3);
    turns.finish(answered);
    ask();
    await time.advance(0);
    expect(told).toEqual(['idle', 'idle']);
    expect(ends).toEqual({ a: { outcome: answered, durationMs: 3 } });
    expect(turns.takesAhead).toBe(false);
  });

  it('may be given ahead to one that asks meanwhile, and their time runs from their own begin', async () => {
    const { time, turns, told, sent, ask, give, ends } = world();
    ask();
    ask();
    give('a');
    expect(turns.takesAhead).toBe(true);
    give('b');
    expect(turns.takesAhead).toBe(false);
    await time.advance(900);
    turns.finish(answered);
    await time.advance(900);
    turns.finish(answered);
    await time.advance(0);
    expect(told).toEqual(['idle', 'turn']);
    expect(ends).toEqual({
      a: { outcome: answered, durationMs: 900 },
      b: { outcome: answered, durationMs: 900 },
    });
    expect(sent).toHaveLength(2);
  });

  it('tell of room for one ahead as soon as there is some again', () => {
    const { turns, told, ask, give } = world();
    ask();
    ask();
    give('a');
    give('b');
    turns.finish(answered);
    ask();
    expect(told).toEqual(['idle', 'turn', 'ahead']);
  });

  it('are for another environment when the process ended before it began with them', async () => {
    const { time, turns, ask, give, ends } = world();
    ask();
    ask();
    give('a');
    give('b');
    turns.lose(exited);
    await time.advance(0);
    expect(ends).toEqual({ a: { outcome: exited, durationMs: 0 }, b: 'unbegun' });
  });

  it('fail with a process that ended after it had told of their begin', async () => {
    const { time, turns, ask, give, ends } = world();
    ask();
    ask();
    give('a');
    give('b');
    turns.finish(answered);
    turns.begun('b');
    turns.lose(exited);
    await time.advance(0);
    expect(ends.b).toEqual({ outcome: exited, durationMs: 0 });
  });

  it('are not taken for begun when the process tells late of the one before', async () => {
    const { time, turns, ask, give, ends } = world();
    for (const _ of [1, 2, 3]) ask();
    give('a');
    give('b');
    turns.finish(answered);
    give('c');
    turns.begun('a');
    turns.begun('b');
    turns.lose(exited);
    await time.advance(0);
    expect(ends).toMatchObject({ b: { outcome: exited }, c: 'unbegun' });
  });

  it('that run too long take nobody with them', async () => {
    const { time, turns, told, ask, give, ends } = world();
    ask();
    ask();
    give('a');
    give('b');
    await time.advance(1000);
    turns.lose(exited);
    await time.advance(0);
    expect(told).toContain('overrun');
    expect(ends).toEqual({ a: { outcome: { kind: 'timeout' }, durationMs: 1000 }, b: 'unbegun' });
  });
});
