import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { EndpointReader } from '../../../cli/cloud/endpoint-reader.ts';
import type { AwsCall } from '../../../serving/aws/signed-call.ts';

/** A reader whose endpoint is described by the given members. */
function readerOf(endpoint: object): EndpointReader {
  const described = {
    EndpointConfigName: 'one',
    EndpointStatus: 'InService',
    ...endpoint,
  };
  const config = { CreationTime: 0, ProductionVariants: [{ ModelName: 'model' }] };
  return new EndpointReader(
    {
      call: async ({ operation }: AwsCall) => ({
        status: 200,
        headers: {},
        body: Buffer.from(JSON.stringify(operation === 'DescribeEndpoint' ? described : config)),
      }),
      lambda: { send: async () => ({ FunctionVersion: '7' }) } as unknown as LambdaClient,
      cloudWatch: {
        send: async () => ({
          MetricDataResults: [
            { Id: 'requests', Values: [40, 2] },
            { Id: 'errors', Values: [1] },
            { Id: 'latency', Values: [2500] },
          ],
        }),
      } as unknown as CloudWatchClient,
    },
    { endpoint: 'siskin-dev-detect', functionName: 'siskin-dev-detect' },
  );
}

describe('EndpointReader', () => {
  it('tells the front’s version, with the figures of the endpoint in milliseconds', async () => {
    expect(await readerOf({}).snapshot(new Date(0))).toMatchObject({
      deploymentId: 'one',
      status: 'InService',
      weights: { 7: 1 },
      versions: { 7: { requests: 42, errors: 1, p95LatencyMs: 2.5 } },
      alarms: [],
    });
  });

  it('knows a release by the configuration that it brings, and its stage', async () => {
    const reader = readerOf({
      EndpointStatus: 'Updating',
      PendingDeploymentSummary: {
        EndpointConfigName: 'two',
        ProductionVariants: [{ VariantStatus: [{ Status: 'Baking' }] }],
      },
    });
    expect(await reader.newestDeployment()).toBe('two');
    expect(await reader.snapshot(new Date(0))).toMatchObject({
      status: 'Updating',
      stage: 'Baking',
    });
  });

  it('tells an endpoint that failed by itself from one whose release was turned back', async () => {
    const turnedBack = { FailureReason: 'an alarm' };
    expect(await readerOf(turnedBack).snapshot(new Date(0))).not.toHaveProperty('isDown');
    const failed = { EndpointStatus: 'Failed', FailureReason: 'no capacity' };
    expect(await readerOf(failed).snapshot(new Date(0))).toMatchObject({
      isDown: true,
      reason: 'no capacity',
    });
  });
});
