import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../fixtures/local-cloud.ts';
import { writeAssembly } from '../fixtures/tiny-assembly.ts';

const cli = join(import.meta.dirname, '../../node_modules/aws-cdk/bin/cdk');
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});

afterAll(() => cloud.stop());

/** What the real CDK CLI prints when it works against the local cloud. */
async function cdk(assembly: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [cli, ...args, '--app', assembly, '--no-notices', '--no-color'],
    {
      cwd: dirname(assembly),
      env: {
        PATH: process.env.PATH,
        HOME: assembly,
        CI: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        AWS_ENDPOINT_URL: cloud.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    },
  );
  return stdout + stderr;
}

function app(value: string): string {
  return writeAssembly({
    tiny: {
      files: { 'index.js': 'exports.handler = async () => 1;' },
      template: {
        Resources: {
          Setting: {
            Type: 'AWS::SSM::Parameter',
            Properties: { Name: '/tiny', Type: 'String', Value: value },
          },
        },
        Outputs: { Setting: { Value: { Ref: 'Setting' } } },
      },
    },
  });
}

test('the real CDK CLI deploys, compares, updates and destroys a stack', {
  timeout: 120_000,
}, async () => {
  const first = app('one');
  const deployed = await cdk(first, 'deploy', '--require-approval', 'never');
  expect(deployed).toContain('tiny.Setting = /tiny');
  expect(deployed).toMatch(/Published/);

  const second = app('two');
  const compared = await cdk(second, 'diff');
  expect(compared).toContain('[~] AWS::SSM::Parameter Setting');
  expect(compared).not.toContain('may be replaced');

  await cdk(second, 'deploy', '--require-approval', 'never');
  const { Parameter } = await cloud.host.call<{ Parameter: { Value: string } }>(
    'ssm',
    'GetParameter',
    { Name: '/tiny' },
  );
  expect(Parameter.Value).toBe('two');

  expect(await cdk(second, 'destroy', '--force')).toContain('tiny: destroyed');
  await expect(
    cloud.host.call('cloudformation', 'DescribeStacks', { StackName: 'tiny' }),
  ).rejects.toThrow('does not exist');
});

test('the real CDK CLI can bootstrap what is bootstrapped already', {
  timeout: 60_000,
}, async () => {
  const output = await cdk(app('x'), 'bootstrap', 'aws://000000000000/us-east-1');
  expect(output).toContain('bootstrapped');
});
