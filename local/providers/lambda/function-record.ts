import { AwsError } from '../../host/aws-error.ts';

/** One version of a function, `$LATEST` included, in the form of the API's FunctionConfiguration. */
export interface FunctionRecord {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Version: string;
  readonly Runtime: string;
  readonly Role: string;
  readonly Handler: string;
  readonly CodeSize: number;
  /** SHA-256 of the zip, base64: also where the unzipped code is. */
  readonly CodeSha256: string;
  readonly Description: string;
  /** Seconds. */
  readonly Timeout: number;
  /** MiB. */
  readonly MemorySize: number;
  readonly LastModified: string;
  readonly RevisionId: string;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  readonly Layers?: readonly { readonly Arn: string; readonly CodeSize: number }[];
  readonly LoggingConfig: LoggingConfig;
  readonly TracingConfig: { readonly Mode: string };
  readonly EphemeralStorage: { readonly Size: number };
  readonly Architectures: readonly string[];
  readonly PackageType: 'Zip';
  readonly State: 'Active';
  readonly LastUpdateStatus: 'Successful';
  readonly VpcConfig?: object;
  readonly DeadLetterConfig?: object;
  readonly KMSKeyArn?: string;
}

export interface LoggingConfig {
  readonly LogFormat: 'Text' | 'JSON';
  readonly LogGroup: string;
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
}

/** What a caller may set; the rest of a record follows from it. */
export interface FunctionSettings {
  readonly Runtime?: string;
  readonly Role?: string;
  readonly Handler?: string;
  readonly Description?: string;
  readonly Timeout?: number | string;
  readonly MemorySize?: number | string;
  readonly Environment?: { readonly Variables?: Record<string, unknown> };
  readonly Layers?: readonly string[];
  readonly LoggingConfig?: Partial<LoggingConfig>;
  readonly TracingConfig?: { readonly Mode?: string };
  readonly EphemeralStorage?: { readonly Size?: number | string };
  readonly Architectures?: readonly string[];
  readonly VpcConfig?: object;
  readonly DeadLetterConfig?: object;
  readonly KMSKeyArn?: string;
}

type Settled = Omit<
  FunctionRecord,
  | 'FunctionName'
  | 'FunctionArn'
  | 'Version'
  | 'CodeSize'
  | 'CodeSha256'
  | 'LastModified'
  | 'RevisionId'
  | 'Layers'
>;

/** Checks settings and completes them with Lambda's defaults; says everything that is wrong. */
export function settle(name: string, settings: FunctionSettings): Settled {
  const timeout = Number(settings.Timeout ?? 3);
  const memory = Number(settings.MemorySize ?? 128);
  const storage = Number(settings.EphemeralStorage?.Size ?? 512);
  const runtime = settings.Runtime ?? '';
  const problems = [
    !/^nodejs\d+\.x$/.test(runtime) &&
      `Runtime is '${runtime}'; the local cloud runs Node.js functions only (such as nodejs24.x)`,
    !settings.Handler && 'Handler is missing (such as index.handler)',
    !isWithin(timeout, 1, 900) && `Timeout is ${settings.Timeout}; it must be 1 to 900 seconds`,
    !isWithin(memory, 128, 10_240) &&
      `MemorySize is ${settings.MemorySize}; it must be 128 to 10240 MiB`,
    !isWithin(storage, 512, 10_240) &&
      `EphemeralStorage.Size is ${settings.EphemeralStorage?.Size}; it must be 512 to 10240 MiB`,
    (settings.Layers?.length ?? 0) > 5 &&
      `There are ${settings.Layers?.length} layers; a function may have 5`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) {
    throw new AwsError('InvalidParameterValueException', `${name}: ${problems.join('; ')}`);
  }
  return {
    Runtime: runtime,
    Role: settings.Role ?? '',
    Handler: settings.Handler as string,
    Description: settings.Description ?? '',
    Timeout: timeout,
    MemorySize: memory,
    ...variablesOf(settings),
    LoggingConfig: loggingOf(name, settings.LoggingConfig),
    TracingConfig: { Mode: settings.TracingConfig?.Mode ?? 'PassThrough' },
    EphemeralStorage: { Size: storage },
    Architectures: settings.Architectures ?? ['x86_64'],
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    ...(settings.VpcConfig && { VpcConfig: settings.VpcConfig }),
    ...(settings.DeadLetterConfig && { DeadLetterConfig: settings.DeadLetterConfig }),
    ...(settings.KMSKeyArn && { KMSKeyArn: settings.KMSKeyArn }),
  };
}

/** What tells two versions apart: publishing an unchanged function gives the version it has. */
export function fingerprint(record: FunctionRecord): string {
  const { FunctionArn, Version, LastModified, RevisionId, Description, ...rest } = record;
  return JSON.stringify(sorted(rest));
}

function variablesOf({ Environment }: FunctionSettings): Pick<Settled, 'Environment'> {
  if (!Environment?.Variables) return {};
  const entries = Object.entries(Environment.Variables).map(([key, value]) => [key, String(value)]);
  return { Environment: { Variables: Object.fromEntries(entries) } };
}

function loggingOf(name: string, given: Partial<LoggingConfig> | undefined): LoggingConfig {
  const json = given?.LogFormat === 'JSON';
  return {
    LogFormat: given?.LogFormat ?? 'Text',
    LogGroup: given?.LogGroup ?? `/aws/lambda/${name}`,
    ...(json && {
      ApplicationLogLevel: given?.ApplicationLogLevel ?? 'INFO',
      SystemLogLevel: given?.SystemLogLevel ?? 'INFO',
    }),
  };
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
