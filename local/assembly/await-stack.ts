import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../host/host.ts';

/** A stack as DescribeStacks shows it. */
export interface StackDescription {
  readonly StackId: string;
  readonly StackName: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

/** To look costs microseconds; whoever deploys hundreds of stacks waits this long for each. */
const LONGEST_PAUSE = 16;

/** The stack once its change has ended, whichever way. Waits in real time. */
export async function awaitStack(host: Host, nameOrId: string): Promise<StackDescription> {
  for (let milliseconds = 1; ; milliseconds = Math.min(milliseconds * 2, LONGEST_PAUSE)) {
    const stack = await describeStack(host, nameOrId);
    if (!stack.StackStatus.endsWith('_IN_PROGRESS')) return stack;
    await pause(milliseconds);
  }
}

async function describeStack(host: Host, StackName: string): Promise<StackDescription> {
  const { Stacks } = await host.call<{ Stacks: StackDescription[] }>(
    'cloudformation',
    'DescribeStacks',
    { StackName },
  );
  return Stacks[0] as StackDescription;
}
