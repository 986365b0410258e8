import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { significant } from './measure/statistics.ts';
import { writeDocument } from './report/document.ts';
import { describeMachine, loadNow, readResults, writeResults } from './report/results.ts';
import { goalText, verdict } from './report/table.ts';
import type { Row, Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

interface Options {
  readonly only?: string;
  readonly quick: boolean;
}

const program = new Command('npm run bench --')
  .description('measure the shipped bundles and the local cloud against the goals')
  .addOption(
    new Option('--only <scenario>', 'one scenario; the others keep their last results').choices(
      scenarios.map(({ name }) => name),
    ),
  )
  .option('--quick', 'few rounds, and nothing is written', false)
  .addHelpText(
    'after',
    `
Environment:
  BENCH_PYTHON               a Python with fastapi, uvicorn, onnxruntime and numpy (default: python3)
  BENCH_SERVERLESS_OFFLINE   a folder with serverless 3 and serverless-offline 13 in node_modules
  BENCH_PROFILE              a folder for the processor profiles of batch workers

Writes bench/results.json and the tables of docs/performance.md. A missed goal is reported, and no
failure. Exit codes: 0 measured; 1 something could not be measured, or answered wrongly.`,
  )
  .action(async ({ only, quick }: Options) => {
    for (const scenario of scenarios) {
      if (only === undefined || only === scenario.name) await run(scenario, quick);
    }
  });

async function run(scenario: Scenario, quick: boolean): Promise<void> {
  const { name, title } = scenario;
  const folder = mkdtempSync(join(tmpdir(), `siskin-bench-${name}-`));
  const load = loadNow();
  try {
    const progress = (line: string) => process.stderr.write(`${name}: ${line}\n`);
    const rows = await scenario.run({ quick, folder, progress });
    process.stdout.write(`${title}\n${rows.map(rowText).join('')}`);
    if (quick) return;
    // After each scenario: a later one that fails, or is interrupted, takes nothing away.
    const { scenarios: last } = readResults();
    const result = { title, machine: describeMachine(load), rows };
    const results = { scenarios: { ...last, [name]: result } };
    writeResults(results);
    writeDocument(results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowText({ subject, baseline, goal, outcome }: Row): string {
  const what = `  ${subject} ÷ ${baseline}: goal ${goalText(goal)}`;
  if ('skipped' in outcome) return `${what}; skipped: ${outcome.skipped}\n`;
  return `${what}; ${significant(outcome.ratio)}, met: ${verdict(goal, outcome)}\n`;
}

await program.parseAsync();
