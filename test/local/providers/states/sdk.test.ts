import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStatesProvider } from '../../../../local/providers/states/index.ts';
import { startTestCloud, type TestCloud } from '../../../fixtures/local-cloud.ts';

let cloud: TestCloud;
let client: SFNClient;

beforeAll(async () => {
  cloud = await startTestCloud({ providers: { states: createStatesProvider } });
  client = new SFNClient(cloud.client);
}, 30_000);
afterAll(async () => {
  client?.destroy();
  await cloud?.stop();
});

describe('The SDK’s client of Step Functions', () => {
  it('runs a state machine and reads its history', async () => {
    const states = { Say: { Type: 'Pass', Result: { said: true }, End: true } };
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({
        name: 'machine',
        roleArn: 'arn:aws:iam::000000000000:role/machine',
        definition: JSON.stringify({ StartAt: 'Say', States: states }),
      }),
    );
    const { executionArn, startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn }),
    );
    expect(startDate).toBeInstanceOf(Date);
    const describe = new DescribeExecutionCommand({ executionArn });
    await expect.poll(async () => (await client.send(describe)).status).toBe('SUCCEEDED');
    expect((await client.send(describe)).output).toBe('{"said":true}');
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('is told an error by its class', async () => {
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:machine:none';
    await expect(
      client.send(new DescribeExecutionCommand({ executionArn })),
    ).rejects.toBeInstanceOf(ExecutionDoesNotExist);
  });
});
