import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openInferenceThread } from '../../../functions/model-server/inference-thread.ts';

/** A thread that says it has loaded, and does with a run as its source says. */
function thread(onRun: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'siskin-thread-')), 'thread.cjs');
  const source = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (run) => { ${onRun} });
    parentPort.postMessage({ kind: 'loaded', signature: undefined });`;
  writeFileSync(file, source);
  return file;
}

const model = { file: 'model.onnx', signature: undefined, threads: 1 };

describe('An inference thread', () => {
  it('answers several runs, each its own, in whatever order', async () => {
    const echo = `(this.runs ??= []).push(run); if (this.runs.length < 2) return;
      for (const { id, outputs } of this.runs.reverse())
        parentPort.postMessage({ kind: 'answer', id, tensors: outputs });`;
    const session = await openInferenceThread(thread(echo), model, () => {});
    const answers = await Promise.all([session.run([], ['a']), session.run([], ['b'])]);
    expect(answers).toEqual([['a'], ['b']]);
    await session.dispose();
  });

  it('that breaks fails what it was given, and tells so once', async () => {
    const causes: Error[] = [];
    const session = await openInferenceThread(thread('process.exit(3)'), model, (cause) =>
      causes.push(cause),
    );
    const run = Promise.resolve(session.run([], ['a']));
    await expect(run).rejects.toThrow('ended with code 3');
    await expect(Promise.resolve(session.run([], ['a']))).rejects.toThrow('ended with code 3');
    expect(causes).toHaveLength(1);
  });

  it('that is unloaded tells nobody', async () => {
    const causes: Error[] = [];
    const session = await openInferenceThread(thread(''), model, (cause) => causes.push(cause));
    await session.dispose();
    expect(causes).toEqual([]);
    await expect(Promise.resolve(session.run([], ['a']))).rejects.toThrow('is unloaded');
  });
});
