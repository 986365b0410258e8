import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LambdaCloud } from './lambda-cloud.ts';

const SOURCE = `
exports.handler = async (event, context) => {
  console.log('said', event.n);
  if (event.die) process.exit(3);
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  return { n: event.n, left: context.getRemainingTimeInMillis() };
};`;

let cloud: LambdaCloud;

beforeAll(async () => {
  // However busy this machine is, the function counts as quick, and nobody's patience ends.
  cloud = new LambdaCloud({ quickMs: 1000, patienceMs: 60_000, eager: 1 });
  await cloud.start();
  await cloud.create('quick', SOURCE);
  await cloud.invoke('quick', { n: 'first' });
}, 60_000);
afterAll(() => cloud.remove());

/** What was logged, by request: the kinds of its lines in their order. */
async function linesByRequest(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const line of await cloud.log()) {
    const [, kind, id] = /^(START|END|REPORT) RequestId: (\S+)/.exec(line) ?? [];
    const said = /^\S+\t(\S+)\tINFO\tsaid/.exec(line)?.[1];
    const request = id ?? said;
    if (request) found.set(request, [...(found.get(request) ?? []), kind ?? 'said']);
  }
  return found;
}

describe('events given ahead', () => {
  it('are answered each by itself, by one environment', async () => {
    const numbers = Array.from({ length: 60 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => cloud.invoke('quick', { n })));
    expect(answers.map(({ value }) => value.n)).toEqual(numbers);
    for (const { value } of answers) expect(value.left).toBeGreaterThan(30_000);
    await cloud.log();
    expect(new Set(cloud.lines.map(({ stream }) => stream)).size).toBe(1);
  });

  it('leave the lines of each invocation together and in order', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => cloud.invoke('quick', { n })));
    const order = (await cloud.log())
      .map((line) => /^(START|END|REPORT) RequestId|\tINFO\t(said)/.exec(line))
      .map((match) => match?.[1] ?? match?.[2])
      .filter((kind) => kind !== undefined);
    const whole = ['START', 'said', 'END', 'REPORT'];
    expect(order).toEqual(Array.from({ length: order.length / 4 }, () => whole).flat());
    for (const lines of (await linesByRequest()).values()) expect(lines).toEqual(whole);
  });

  it('show a caller the log of its own invocation alone', async () => {
    const tails = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        cloud.invoke('quick', { n }, n % 2 === 0 ? { LogType: 'Tail' } : {}),
      ),
    );
    for (const [n, { LogResult }] of tails.entries()) {
      if (n % 2 === 1) continue;
      const tail = Buffer.from(LogResult as string, 'base64').toString();
      expect(tail).toMatch(new RegExp(`^START .*\n.*said ${n}\nEND .*\nREPORT .*\n$`));
    }
  });

  it('go to another environment when theirs ends before it began with them', async () => {
    // Often enough to meet every order in which answer, output and end of the process may be read.
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => cloud.invoke('quick', { n, die: n === 5, wait: 2 })),
      );
      const failed = answers.flatMap(({ FunctionError }, n) => (FunctionError ? [n] : []));
      expect(failed).toEqual([5]);
    }
  }, 60_000);
});
