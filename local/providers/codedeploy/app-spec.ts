import { parse, YAMLError } from 'yaml';
import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';

export const HOOKS = ['BeforeAllowTraffic', 'AfterAllowTraffic'] as const;

export type Hook = (typeof HOOKS)[number];

/** Which alias goes from which version to which, and what is asked before and after. */
export interface AppSpec {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
  /** Names or ARNs of functions. */
  readonly hooks: Readonly<Partial<Record<Hook, string>>>;
}

const version = z.union([z.string().min(1), z.number().transform(String)]);

const document = z.object({
  version: z.union([z.literal(0), z.literal('0.0')]),
  Resources: z
    .array(
      z.record(
        z.string(),
        z.object({
          Type: z.literal('AWS::Lambda::Function'),
          Properties: z.object({
            Name: z.string().min(1),
            Alias: z.string().min(1),
            CurrentVersion: version,
            TargetVersion: version,
          }),
        }),
      ),
    )
    .length(1, 'exactly one function can be deployed'),
  Hooks: z.array(z.partialRecord(z.enum(HOOKS), z.string().min(1))).default([]),
});

/** Parses an AppSpec in YAML or JSON, of which YAML is a superset. */
export function parseAppSpec(content: string): AppSpec {
  const parsed = document.safeParse(parseYaml(content));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw invalid(problems.join('; '));
  }
  const [resource] = Object.values(parsed.data.Resources[0] ?? {});
  if (!resource) throw invalid('Resources names no function');
  const { Name, Alias, CurrentVersion, TargetVersion } = resource.Properties;
  return {
    functionName: Name,
    alias: Alias,
    currentVersion: CurrentVersion,
    targetVersion: TargetVersion,
    hooks: Object.assign({}, ...parsed.data.Hooks),
  };
}

function parseYaml(content: string): unknown {
  try {
    return parse(content, { logLevel: 'error' });
  } catch (error) {
    if (error instanceof YAMLError || error instanceof ReferenceError) throw invalid(error.message);
    throw error;
  }
}

function invalid(problem: string): AwsError {
  return new AwsError('InvalidRevisionException', `The AppSpec content is invalid: ${problem}`);
}
