import { z } from 'zod';
import { limits } from '../../serving/contract/limits.ts';
import { batchConfigSchema } from './batch-config.ts';
import { number, text, wholeNumber } from './fields.ts';
import { type RolloutFile, sagemakerConfigSchema } from './sagemaker-config.ts';
import { latencyConfigSchema, trafficConfigSchema } from './traffic-config.ts';

/**
 * The one source of what model.yaml may say. The editor's schema (schemas/model.schema.json) and
 * the table in docs/model-yaml.md are generated from it: `npm run generate`.
 */

/** CodeDeploy: minutes between the first and the last shift of traffic. */
const maxRolloutMinutes = 48 * 60;

const strategies = ['canary', 'linear', 'all-at-once', 'blue-green', 'rolling', 'shadow'] as const;

/** A version folder's name: digits that a number holds exactly, and one spelling for each. */
export const versionPattern = /^[1-9][0-9]{0,14}$/;

const versionName = 'must be the name of a version folder, such as 2';
const versionNumber = z
  .union(
    [
      z.int(versionName).min(1, versionName).max(999_999_999_999_999, versionName),
      z.string().regex(versionPattern, versionName),
    ],
    {
      error: versionName,
    },
  )
  .transform(String);

const rollout = z
  .strictObject(
    {
      strategy: z
        .enum(strategies, { error: `must be one of ${strategies.join(', ')}` })
        .optional()
        .describe(
          'How a release goes out: `canary` sends `percent` of the traffic for `minutes`, then the rest; `linear` adds `percent` every `minutes`; `blue-green`, `rolling` and `shadow` are for SageMaker. Default: canary; on SageMaker blue-green below two instances, rolling with scaleToZero',
        ),
      percent: wholeNumber(1, 100)
        .optional()
        .describe(
          'Share of the traffic, at first (canary) or at each step (linear, rolling); of the requests that are copied (shadow). Default: 10; on SageMaker one instance at least',
        ),
      minutes: wholeNumber(1, maxRolloutMinutes)
        .default(10)
        .describe(
          'Minutes before the rest (canary), between steps (linear, rolling), or before the old instances go (blue-green); 48 hours in all, on SageMaker 60 minutes a step',
        ),
    },
    { error: 'must be a map such as {strategy: canary, percent: 10, minutes: 10}' },
  )
  .superRefine((value, context) => {
    const total = rolloutMinutes(value);
    if (total <= maxRolloutMinutes) return;
    context.addIssue({
      code: 'custom',
      path: ['minutes'],
      message: `makes the rollout ${total} minutes long; CodeDeploy allows ${maxRolloutMinutes} (48 hours)`,
    });
  });

const alarms = z.strictObject(
  {
    errorRate: number(0, 1)
      .default(0.01)
      .describe('Share of failed requests above which a release is rolled back'),
    p95LatencyMs: number(1, limits.integrationTimeoutSeconds * 1000)
      .default(1000)
      .describe('95th percentile of the latency above which a release is rolled back'),
    minRequests: wholeNumber(1, 1_000_000)
      .default(20)
      .describe('Requests in the alarm window below which nothing is judged'),
  },
  { error: 'must be a map such as {errorRate: 0.01, p95LatencyMs: 1000, minRequests: 20}' },
);

export const modelConfigSchema = z.strictObject(
  {
    live: versionNumber
      .optional()
      .describe('Version that answers requests which name none. Default: the numerically highest'),
    versions: z
      .array(versionNumber, { error: 'must be a list of version folders, such as [1, 2]' })
      .min(1, 'must name one version at least')
      .optional()
      .describe('Versions addressable under /versions/N. Default: every version folder'),
    owner: text().optional().describe('Who to ask about the model. Default: none'),
    description: text().optional().describe('One sentence about the model. Default: none'),
    target: z
      .enum(['lambda', 'sagemaker', 'auto'], { error: 'must be lambda, sagemaker or auto' })
      .default('lambda')
      .describe('Where the model runs; `auto` decides at synth by what is committed, see cost.md'),
    allowAlwaysOn: z
      .boolean({ error: 'must be true or false' })
      .default(false)
      .describe('Whether `target: auto` may choose what is billed without requests, too'),
    memory: wholeNumber(limits.memoryMiB.min, limits.memoryMiB.max)
      .optional()
      .describe(
        'Memory of the function in MiB. Default: 1024, or more when the largest version needs it',
      ),
    timeout: wholeNumber(1, limits.integrationTimeoutSeconds)
      .default(28)
      .describe('Seconds that one request may take'),
    rollout: rollout.prefault({}).describe('How a release goes out'),
    alarms: alarms.prefault({}).describe('When a release is rolled back'),
    breaking: z
      .boolean({ error: 'must be true or false' })
      .default(false)
      .describe('Accepts that a version refuses what the version before it answered'),
    provisionedConcurrency: wholeNumber(1, 1000)
      .optional()
      .describe('Instances kept warm. Only with rollout.strategy all-at-once. Default: none'),
    sagemaker: sagemakerConfigSchema
      .optional()
      .describe('The endpoint, with target sagemaker; see sagemaker.md. Default: none'),
    traffic: trafficConfigSchema
      .optional()
      .describe(
        'What is expected in the mean: `siskin plan` and `target: auto` reckon with it. Default: none',
      ),
    latency: latencyConfigSchema
      .optional()
      .describe(
        'What a request may take: `target: auto` looks for a place that keeps it. Default: none',
      ),
    batch: batchConfigSchema
      .optional()
      .describe(
        'Jobs over files: on Spot capacity, see batch.md, or with target sagemaker on demand, see sagemaker.md. Default: none',
      ),
  },
  { error: 'must hold fields such as "memory: 1024"' },
);

/** model.yaml after parsing; live, versions and memory are still open when the file leaves them out. */
export type ModelFile = z.output<typeof modelConfigSchema>;

/** Minutes from the first to the last shift of traffic. */
function rolloutMinutes({ strategy = 'canary', percent = 10, minutes }: RolloutFile): number {
  if (strategy === 'linear') return (Math.ceil(100 / percent) - 1) * minutes;
  return strategy === 'canary' ? minutes : 0;
}
