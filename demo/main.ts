import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Traffic, type TrafficFigures } from '../cli/cloud/traffic.ts';
import { type LocalSession, startLocalSession } from '../cli/dev/local-session.ts';
import { Progress } from '../cli/progress.ts';
import { deployTo } from '../cli/release/deploy.ts';
import type { ReleaseEvent } from '../cli/release/events.ts';
import type { GoldenFile } from '../serving/contract/golden.ts';
import { shortTable, wrongArtifact } from './bad-versions.ts';
import { trafficRequests } from './traffic-images.ts';
import { WeightBar } from './weight-bar.ts';

/** Ten minutes of canary in about six seconds. */
const timeScale = 100;
const requestsPerSecond = 60;
const shipped = join(import.meta.dirname, '../model-artifacts/digits');

const modelYaml = `
description: Handwritten digits, 28 x 28
rollout: {strategy: canary, percent: 20, minutes: 10}
alarms: {errorRate: 0.02, p95LatencyMs: 500, minRequests: 20}
`;

/** Four acts on a local cloud of its own, and what the callers saw of them. */
async function main(): Promise<void> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'siskin-demo-'));
  // All else that it starts ends with the process.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [signal, code] of stops) process.once(signal, () => process.exit(code));
  const models = join(folder, 'model-artifacts');
  const versions = join(models, 'digits');
  mkdirSync(versions, { recursive: true });
  writeFileSync(join(versions, 'model.yaml'), modelYaml);
  cpSync(join(shipped, '1'), join(versions, '1'), { recursive: true });

  say('Act 1. Version 1 of digits, a softmax regression, serves.');
  const options = { models, port: 0, state: join(folder, 'state'), apiKey: 'local', log: quiet };
  const session = await startLocalSession(options, new Progress());
  const traffic = startTraffic(session);
  try {
    const acts: Act[] = [];
    say('\nAct 2. Version 2, a convolutional network, goes out as a canary.');
    cpSync(join(shipped, '2'), join(versions, '2'), { recursive: true });
    acts.push(await release(session));

    say('\nAct 3. Version 3 is the wrong file: its golden answers do not come out.');
    wrongArtifact(versions, '2', '1', '3');
    acts.push(await release(session));
    rmSync(join(versions, '3'), { recursive: true });

    say('\nAct 4. Version 3 passes its check, and fails on bright images that only callers send.');
    shortTable(versions, '2', '3', inputName());
    acts.push(await release(session));

    summarize(acts, await traffic.stop(), performance.now() - started);
  } finally {
    await traffic.stop();
    await session.cloud.stop();
  }
}

interface Act {
  readonly outcome: Extract<ReleaseEvent, { event: 'completed' | 'rolled-back' }>;
}

async function release(session: LocalSession): Promise<Act> {
  const bar = new WeightBar(process.stdout);
  let outcome: Act['outcome'] | undefined;
  await deployTo(
    { local: true, port: session.cloud.port, stage: 'dev', timeScale, context: {} },
    (event) => {
      if (event.event === 'rollout') bar.show(event);
      if (event.event === 'completed' || event.event === 'rolled-back') outcome = event;
    },
  );
  bar.end();
  if (!outcome) throw new Error('The release ended without an outcome.');
  say(`  ${story(outcome)}`);
  return { outcome };
}

function story(outcome: Act['outcome']): string {
  return outcome.event === 'completed'
    ? `Completed on ${outcome.requests} requests in ${outcome.seconds} s.`
    : `Rolled back by itself after ${outcome.seconds} s: ${outcome.reason}`;
}

function startTraffic(session: LocalSession): Traffic {
  const traffic = new Traffic({
    endpoint: session.cloud.endpoint,
    apiKey: 'local',
    model: 'digits',
    requests: trafficRequests(readGolden()),
  });
  traffic.start(requestsPerSecond);
  return traffic;
}

function summarize(acts: readonly Act[], seen: TrafficFigures, milliseconds: number): void {
  const rolledBack = acts.filter(({ outcome }) => outcome.event === 'rolled-back');
  const slowest = Math.max(...rolledBack.map(({ outcome }) => outcome.seconds));
  say(`
Summary
  requests sent by callers     ${seen.sent}
  failures seen by callers     ${seen.failed} (${JSON.stringify(seen.byStatus)} by status)
  releases rolled back         ${rolledBack.length} of ${acts.length}, each by itself
  longest way to rolled back   ${slowest} s, at ${timeScale} times the speed of AWS
  the whole demo               ${(milliseconds / 1000).toFixed(0)} s`);
}

function readGolden(): GoldenFile {
  return JSON.parse(readFileSync(join(shipped, '2', 'golden.json'), 'utf8'));
}

function inputName(): string {
  const request = readGolden().cases[0]?.request as { inputs: [{ name: string }] };
  return request.inputs[0].name;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** 128 and the number of the signal, as shells count. */
const stops = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

const quiet = { info() {}, warn() {}, error: (message: string) => say(message) };

await new Command('npm run demo')
  .description(
    'three releases of digits under traffic on a local cloud of its own, two of them bad',
  )
  .action(main)
  .parseAsync();
