import { z } from 'zod';
import { maxStageLength } from '../model-repository/aws-name.ts';

/** Everything that `cdk -c key=value` can say about an app. Each has a default. */
export interface Config {
  /** Part of every physical name: two stages live side by side in one account. */
  readonly stage: string;
  /** Folder of the model repository. */
  readonly models: string;
  /** How callers prove who they are. */
  readonly auth: 'apiKey' | 'iam';
  /** Models that the API leaves out: their stacks could not be made, and nothing answers there. */
  readonly without: readonly string[];
  /** `all-at-once` overrides every model's rollout: the emergency way for one deployment. */
  readonly rollout?: 'all-at-once' | undefined;
  /** The quota of resources per REST API has been raised: any number of models. */
  readonly quotaRaised: boolean;
  /** CloudFormation validator and cdk-nag; off for the fast local start only. */
  readonly validate: boolean;
  readonly architecture: 'x86_64' | 'arm64';
  /** Requests a second that one API key may send. */
  readonly apiRate: number;
  /** Requests that one API key may send at once. */
  readonly apiBurst: number;
  /** Requests a month that one API key may send. */
  readonly apiQuota?: number | undefined;
  readonly logRetentionDays: number;
  /** Makes the account's role by which API Gateway writes logs; one is enough per region. */
  readonly gatewayAccount: boolean;
}

/** Days that CloudWatch Logs accepts as retention. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827];

// A value given by `-c` is always a string; one given in cdk.json has its own type.
const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: 'must be true or false' })
  .transform((value) => value === true || value === 'true');

const count = z.coerce
  .number({ error: 'must be a whole number above 0' })
  .int('must be a whole number above 0')
  .positive('must be a whole number above 0');

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of: ${values.join(', ')}` });

const schema = z.object({
  // No hyphen: stage "a" with model "b-c" and stage "a-b" with model "c" would have one name.
  stage: z
    .string()
    .regex(
      new RegExp(`^[a-z][a-z0-9]{0,${maxStageLength - 1}}$`),
      `must be 1 to ${maxStageLength} lower-case letters and digits, a letter first`,
    )
    .default('dev'),
  models: z.string().min(1, 'must name a folder').default('model-artifacts'),
  auth: oneOf(['apiKey', 'iam']).default('apiKey'),
  without: z
    .string()
    .default('')
    .transform((names) => names.split(',').flatMap((name) => name.trim() || [])),
  rollout: oneOf(['all-at-once']).optional(),
  quotaRaised: flag.default(false),
  validate: flag.default(true),
  architecture: oneOf(['x86_64', 'arm64']).default('x86_64'),
  apiRate: count.default(10_000),
  apiBurst: count.default(5_000),
  apiQuota: count.optional(),
  logRetentionDays: count
    .refine((days) => retentionDays.includes(days), {
      error: `must be one of: ${retentionDays.join(', ')}`,
    })
    .default(30),
  gatewayAccount: flag.default(true),
});

export const configKeys = Object.keys(schema.shape) as readonly (keyof Config)[];

/** Thrown for context values that make no sense; its message lists all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the config from the app's context; throws one ConfigError that names every problem. */
export function readConfig(context: (key: string) => unknown): Config {
  const given = Object.fromEntries(
    configKeys.map((key) => [key, context(key)]).filter(([, value]) => value !== undefined),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0]);
    return `  -c ${key}=${String(given[key])}: ${issue.message}.`;
  });
  throw new ConfigError(['The context is not usable', ...lines].join('\n'));
}
