import { describe, expect, it } from 'vitest';
import { EnvironmentLog, tailOf } from '../../../../local/providers/lambda/environment-log.ts';
import type { FunctionRecord } from '../../../../local/providers/lambda/function-record.ts';
import type { LogBatch } from '../../../../local/telemetry/log-batch.ts';

function world() {
  const lines: string[] = [];
  const batch = {
    stream: () => ({}),
    add: (_stream: unknown, line: string) => lines.push(line),
  } as unknown as LogBatch;
  const record = { LoggingConfig: { LogGroup: 'g', LogFormat: 'Text' } } as FunctionRecord;
  return { lines, log: new EnvironmentLog(batch, record, 'stream') };
}

const turnOfEvents = () => new Promise((resolve) => setImmediate(resolve));
const twoTurns = () => turnOfEvents().then(turnOfEvents);
const inOrder = ['start a', 'line a', 'end a', 'start b', 'line b', 'end b'];

describe('the log of an environment', () => {
  it('ends an invocation after what the process had printed before it answered', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a');
    log.end(a, () => ['end a']);
    log.print('line a');
    await twoTurns();
    expect(lines).toEqual(['start a', 'line a', 'end a']);
  });

  it('begins the next one after that, though its event was sent before', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a');
    log.end(a, () => ['end a']);
    const b = log.begin('b', 'start b');
    log.print('line a');
    await twoTurns();
    log.print('line b');
    log.end(b, () => ['end b']);
    await twoTurns();
    expect(lines).toEqual(inOrder);
  });

  it('keeps two apart of which one was given ahead, when the answer is read first', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a');
    const b = log.begin('b', 'start b', { isMarked: true });
    log.end(a, () => ['end a']);
    log.print('line a');
    log.turn('b');
    log.print('line b');
    await twoTurns();
    log.end(b, () => ['end b']);
    await twoTurns();
    expect(lines).toEqual(inOrder);
  });

  it('keeps them apart when what was printed is read first', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a', { tail: true });
    const b = log.begin('b', 'start b', { isMarked: true });
    log.print('line a');
    log.turn('b');
    log.print('line b');
    log.end(a, () => ['end a']);
    log.end(b, () => ['end b']);
    await twoTurns();
    expect(lines).toEqual(inOrder);
    expect(Buffer.from(tailOf(a), 'base64').toString()).toBe('start a\nline a\nend a\n');
  });

  it('shows nothing of one that went to another environment', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a');
    const b = log.begin('b', 'start b', { isMarked: true });
    log.print('line a');
    log.end(a, () => ['end a']);
    await twoTurns();
    log.drop(b);
    expect(lines).toEqual(['start a', 'line a', 'end a']);
  });

  it('shows one whole that has no output to tell its begin by', async () => {
    const { lines, log } = world();
    const a = log.begin('a', 'start a');
    const b = log.begin('b', 'start b', { isMarked: true });
    log.end(a, () => ['end a']);
    await twoTurns();
    log.end(b, () => ['end b']);
    await twoTurns();
    expect(lines).toEqual(['start a', 'end a', 'start b', 'end b']);
  });
});
