import { placeOf } from '../../../../serving/batch/place.ts';
import { planTransform } from '../../../../serving/batch/transform/transform-planner.ts';
import { verifyTransform } from '../../../../serving/batch/transform/transform-verifier.ts';
import type {
  TransformJobFacts,
  TransformPlanResult,
  TransformSettings,
} from '../../../../serving/contract/batch.ts';
import { manifest, request } from '../batch-job.ts';
import type { MemoryStore } from '../memory-store.ts';

const settings: TransformSettings = {
  jobPrefix: 'siskin-dev-doubler-batch',
  instances: {
    type: 'ml.g5.xlarge',
    count: 2,
    vcpus: 4,
    price: { perVcpuHour: 0.5, currency: 'USD', date: '2026-11-22' },
  },
};

/** One line of input: a request for so many rows. */
export function requestLine(...numbers: number[]): string {
  const input = { name: 'x', datatype: 'FP64', shape: [numbers.length, 1], data: numbers };
  return `${JSON.stringify({ inputs: [input] })}\n`;
}

export function answerLine(...numbers: number[]): string {
  const output = { name: 'twice', datatype: 'FP64', shape: [numbers.length, 1], data: numbers };
  return `${JSON.stringify({ model_name: 'doubler', outputs: [output] })}\n`;
}

export function plan(store: MemoryStore, given: object = {}, time = '2026-11-22T06:00:00.000Z') {
  return planTransform(
    { ...request, ...given },
    {
      store,
      manifest,
      settings,
      marks: placeOf('s3://data/marks/'),
      now: () => new Date(time),
    },
  );
}

/** Names of the objects that a run is to transform. */
export function listed(store: MemoryStore, { manifest: place }: TransformPlanResult): string[] {
  const [, ...names] = store.json(place) as [object, ...string[]];
  return names;
}

/** What SageMaker does: each listed object that is good gets its answers; says how it went. */
export function transform(
  store: MemoryStore,
  planned: TransformPlanResult,
  isGood: (name: string) => boolean = () => true,
): TransformJobFacts {
  const names = listed(store, planned);
  for (const name of names.filter(isGood)) {
    const lines = store.text(`s3://data/in/${name}`).trimEnd().split('\n');
    const answers = lines.map((line) => answerLine(...JSON.parse(line).inputs[0].data));
    store.put(`${planned.output}${name}.out`, answers.join(''));
  }
  const isWell = names.every(isGood);
  return {
    TransformJobName: planned.jobName,
    TransformJobStatus: isWell ? 'Completed' : 'Failed',
    ...(!isWell && { FailureReason: 'ClientError: See job logs for more information' }),
    TransformStartTime: Date.parse('2026-11-22T06:00:00.000Z'),
    TransformEndTime: '2026-11-22T06:30:00.000Z',
  };
}

export function verify(store: MemoryStore, planned: TransformPlanResult, job?: TransformJobFacts) {
  return verifyTransform(store, placeOf(planned.plan), { ...(job && { job }) });
}
