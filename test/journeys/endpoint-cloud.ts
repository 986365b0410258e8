import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type ChildProcess, childProcesses } from './child-processes.ts';
import type { Rehearsal } from './rehearsal.ts';

export type Container = ChildProcess;

/** The processes that serve a model's endpoint. */
export function containersOf({ state }: Rehearsal, model: string): Container[] {
  return childProcesses().filter(
    ({ pid, command, folder }) =>
      command.includes('model-server') && folder.startsWith(state) && modelOf(pid) === model,
  );
}

function modelOf(pid: number): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return environment.match(/(?:^|\0)SAGEMAKER_TRITON_DEFAULT_MODEL_NAME=([^\0]*)/)?.[1];
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** The texts of the platform's data objects below a prefix, in the order of their keys. */
export async function dataObjects(rehearsal: Rehearsal, Prefix: string): Promise<string[]> {
  const Bucket = 'siskin-dev-data-000000000000-us-east-1';
  const { Contents = [] } = await rehearsal.call<{ Contents?: { Key: string }[] }>(
    's3',
    'ListObjectsV2',
    { Bucket, Prefix },
  );
  return await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await rehearsal.call<{ Body: { toArray(): Promise<Buffer[]> } }>(
        's3',
        'GetObject',
        { Bucket, Key },
      );
      return Buffer.concat(await Body.toArray()).toString('utf8');
    }),
  );
}

/** What `look` finds, once it finds something; processes take their time. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await pause(20);
  }
}
