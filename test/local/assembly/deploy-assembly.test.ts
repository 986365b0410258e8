import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../local/assembly/bootstrap-stack.ts';
import { type DeployEvent, deployAssembly } from '../../../local/assembly/deploy-assembly.ts';
import { planAssembly } from '../../../local/assembly/plan-assembly.ts';
import type { ManualClock } from '../../../local/host/manual-clock.ts';
import { createCloudFormationProvider } from '../../../local/providers/cloudformation/index.ts';
import { createIamProvider } from '../../../local/providers/iam/index.ts';
import { createS3Provider } from '../../../local/providers/s3/index.ts';
import { createSsmProvider } from '../../../local/providers/ssm/index.ts';
import { createTestHost, type TestHost } from '../../fixtures/local-host.ts';
import { createThings, type ThingLog } from '../../fixtures/thing-provider.ts';
import { type TinyStack, writeAssembly } from '../../fixtures/tiny-assembly.ts';

const log: ThingLog = [];
let cloud: TestHost<ManualClock>;

beforeAll(async () => {
  cloud = await createTestHost({
    providers: {
      iam: createIamProvider,
      s3: createS3Provider,
      ssm: createSsmProvider,
      things: createThings(log),
      cloudformation: createCloudFormationProvider,
    },
  });
  await bootstrap(cloud.host);
});

beforeEach(() => {
  log.length = 0;
});

afterAll(() => cloud.stop());

const thing = (Properties: object = {}) => ({ Type: 'Test::Thing', Properties });
const stack = (
  Resources: object,
  rest: Partial<TinyStack> & { Outputs?: object } = {},
): TinyStack => {
  const { Outputs, ...others } = rest;
  return { template: { Resources, ...(Outputs && { Outputs }) }, ...others };
};

async function deploy(stacks: Record<string, TinyStack>) {
  const events: DeployEvent[] = [];
  const onEvent = (event: DeployEvent) => void events.push(event);
  const results = await deployAssembly(cloud.host, writeAssembly(stacks), { onEvent });
  return { events, outcomes: Object.fromEntries(results.map((r) => [r.name, r.outcome])), results };
}

test('stacks go out after those they depend on, and their outputs come back', async () => {
  const { outcomes, results } = await deploy({
    'order-b': stack({ B: thing() }, { dependencies: ['order-a'] }),
    'order-a': stack({ A: thing() }, { Outputs: { Arn: { Value: { 'Fn::GetAtt': 'A.Arn' } } } }),
  });
  expect(outcomes).toEqual({ 'order-a': 'created', 'order-b': 'created' });
  expect(log).toEqual(['create A', 'create B']);
  expect(results.find(({ name }) => name === 'order-a')?.outputs).toEqual({ Arn: 'arn:A' });
});

test('a second deployment of the same uploads nothing and changes nothing', async () => {
  const same = { same: stack({ A: thing() }, { files: { 'index.js': 'x' } }) };
  const first = await deploy(same);
  expect(first.events.filter(({ kind }) => kind === 'published')).toHaveLength(2);
  log.length = 0;
  const { events, outcomes } = await deploy(same);
  expect(outcomes).toEqual({ same: 'unchanged' });
  expect(events.filter(({ kind }) => kind === 'published')).toEqual([]);
  expect(log).toEqual([]);
});

test('a zipped asset is in the bootstrap bucket under its key', async () => {
  await deploy({ zipped: stack({ A: thing() }, { files: { 'index.js': 'code' } }) });
  const { Body } = await cloud.host.call<{ Body: { transformToByteArray(): Promise<Uint8Array> } }>(
    's3',
    'GetObject',
    { Bucket: 'cdk-hnb659fds-assets-000000000000-us-east-1', Key: 'zipped.zip' },
  );
  const files = unzipSync(await Body.transformToByteArray());
  expect(Buffer.from(files['index.js'] ?? []).toString()).toBe('code');
});

test('an asset that the app left where it was is found by its path from the root', async () => {
  const assembly = writeAssembly({ outside: stack({ A: thing() }, { files: { 'a.js': 'out' } }) });
  const elsewhere = mkdtempSync(join(tmpdir(), 'asset-'));
  renameSync(join(assembly, 'asset.outside'), join(elsewhere, 'folder'));
  const manifest = join(assembly, 'outside.assets.json');
  const staged = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, staged.replace('asset.outside', join(elsewhere, 'folder')));
  const [result] = await deployAssembly(cloud.host, assembly);
  expect(result?.outcome).toBe('created');
  const at = { Bucket: 'cdk-hnb659fds-assets-000000000000-us-east-1', Key: 'outside.zip' };
  await expect(cloud.host.call('s3', 'HeadObject', at)).resolves.toBeDefined();
});

test('a stack that fails keeps only its dependents from going out, and says why', async () => {
  const { outcomes, results } = await deploy({
    'fail-bad': stack({ Bad: thing({ Fail: true }) }),
    'fail-other': stack({ Other: thing() }),
    'fail-after': stack({ After: thing() }, { dependencies: ['fail-bad'] }),
  });
  expect(outcomes).toEqual({
    'fail-bad': 'failed',
    'fail-other': 'created',
    'fail-after': 'skipped',
  });
  expect(results.find(({ name }) => name === 'fail-bad')).toMatchObject({
    status: 'ROLLBACK_COMPLETE',
    reason: 'Bad: Bad was told to fail',
  });
});

test('a stack whose creation has failed is made anew', async () => {
  await deploy({ anew: stack({ A: thing({ Fail: true }) }) });
  expect((await deploy({ anew: stack({ A: thing() }) })).outcomes).toEqual({ anew: 'created' });
});

test('parameters that are not given again keep their values', async () => {
  const template = {
    Parameters: { Value: { Type: 'String', Default: 'default' } },
    Resources: { A: thing({ Value: { Ref: 'Value' } }) },
    Outputs: { Value: { Value: { 'Fn::GetAtt': 'A.Value' } } },
  };
  await deploy({ kept: { template, parameters: { Value: 'given' } } });
  const changed = { ...template, Resources: { ...template.Resources, B: thing() } };
  const { results } = await deploy({ kept: { template: changed } });
  expect(results[0]).toMatchObject({ outcome: 'updated', outputs: { Value: 'given' } });
});

test('a plan tells what is new, changed, unchanged and gone, and changes nothing', async () => {
  await deploy({
    'plan-same': stack({ A: thing() }),
    'plan-changed': stack({ A: thing() }),
    'plan-gone': stack({ A: thing() }),
  });
  log.length = 0;
  const folder = writeAssembly({
    'plan-same': stack({ A: thing() }),
    'plan-changed': stack({ A: thing({ Value: 2 }) }),
    'plan-new': stack({ A: thing() }),
  });
  const belongs = (name: string) => name.startsWith('plan-');
  expect(await planAssembly(cloud.host, folder, { belongs })).toEqual([
    { name: 'plan-same', change: 'unchanged' },
    { name: 'plan-changed', change: 'changed' },
    { name: 'plan-new', change: 'new' },
    { name: 'plan-gone', change: 'gone' },
  ]);
  expect(log).toEqual([]);
});
