import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { Probe } from './probe.ts';
import type { ProbeAnswer, ProbeCall, ProbeJob } from './probe-process.ts';

/** A probe in a process of its own, whose memory is the model's and the engine's. */
export interface RemoteProbe extends Probe {
  stop(): void;
}

export function startProbe(job: ProbeJob): RemoteProbe {
  // The published package holds this file and its neighbour as JavaScript.
  const file = join(import.meta.dirname, `probe-process${extname(import.meta.filename)}`);
  const child = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(job);
  const call = caller(child);
  return {
    requests: () => call('requests'),
    load: () => call('load'),
    latency: (threads) => call('latency', threads),
    batch: (size) => call('batch', size),
    peakMemory: () => call('peakMemory'),
    stop: () => child.kill('SIGKILL'),
  };
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

function caller(child: ChildProcess) {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: CommandError | undefined;
  child.on('message', (answer: ProbeAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('failure' in answer) {
      call?.reject(new CommandError(`The model cannot be measured: ${answer.failure}.`));
    } else call?.resolve(answer.value as never);
  });
  child.on('exit', (code, signal) => {
    ended = new CommandError(
      `The process that measured the model ended (${signal ?? `exit code ${code}`}). ` +
        'With SIGKILL the machine had too little memory for it.',
    );
    for (const call of waiting.values()) call.reject(ended);
  });
  return <T>(method: ProbeCall['method'], argument?: number): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (ended) return reject(ended);
      const id = calls++;
      waiting.set(id, { resolve, reject });
      child.send({ id, method, ...(argument !== undefined && { argument }) });
    });
}
