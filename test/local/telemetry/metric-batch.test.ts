import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '../../../local/host/manual-clock.ts';
import { MetricBatch } from '../../../local/telemetry/metric-batch.ts';
import { createTestHost, type TestHost } from '../../fixtures/local-host.ts';

const sent: { Namespace: string; MetricData: Record<string, unknown>[] }[] = [];
let cloud: TestHost<ManualClock>;

beforeAll(async () => {
  const PutMetricData = (input: (typeof sent)[number]) => void sent.push(input);
  cloud = await createTestHost({
    providers: { cloudwatch: () => ({ operations: { PutMetricData }, resources: {} }) },
  });
});
afterAll(() => cloud.stop());
beforeEach(() => {
  sent.length = 0;
});

const DIMENSIONS = [{ Name: 'A', Value: 'b' }];

describe('MetricBatch', () => {
  it('sends values with their counts, once in a while', async () => {
    const batch = new MetricBatch(cloud.host, 'AWS/Test');
    for (const value of [1, 2, 1]) batch.add('M', 'Count', value, DIMENSIONS);
    expect(sent).toEqual([]);
    await cloud.clock.advance(200);
    expect(sent).toEqual([
      {
        Namespace: 'AWS/Test',
        MetricData: [
          {
            MetricName: 'M',
            Dimensions: DIMENSIONS,
            Unit: 'Count',
            Values: [1, 2],
            Counts: [2, 1],
          },
        ],
      },
    ]);
    await cloud.clock.advance(1000);
    expect(sent).toHaveLength(1);
  });

  it('sends no more values at once than CloudWatch takes', async () => {
    const batch = new MetricBatch(cloud.host, 'AWS/Test');
    for (let i = 0; i < 400; i++) batch.add('M', 'Milliseconds', i, DIMENSIONS);
    await batch.flush();
    const sizes = sent.flatMap(({ MetricData }) =>
      MetricData.map((datum) => (datum.Values as []).length),
    );
    expect(sizes).toEqual([150, 150, 100]);
  });
});
