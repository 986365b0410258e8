import aws4 from 'aws4';
import { type HttpAnswer, type HttpSend, sendHttp } from './http-send.ts';

/** One operation of an AWS service, in the form that its protocol gives it. */
export interface AwsCall {
  /** Name for the signature and in the host, such as `lambda`. */
  readonly service: string;
  /** The host's first words where the service's name is not: `api.sagemaker`. */
  readonly hostPrefix?: string;
  /** As the variable of its endpoint ends, where that is not the service's name: `SAGEMAKER_RUNTIME`. */
  readonly endpointName?: string;
  /** For messages about it. */
  readonly operation: string;
  readonly method: string;
  /** Percent-encoded, and without a query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Ends the call and all its retries. */
  readonly signal: AbortSignal;
}

/** Signs and sends a call; rejects with an `AwsCallError` when the service refuses it. */
export type SignedCall = (call: AwsCall) => Promise<HttpAnswer>;

export interface SignedCallOptions {
  /** Credentials, region and endpoints, by the names that the SDKs read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send?: HttpSend;
  /** How often a call is made at most. */
  readonly attempts?: number;
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly random?: () => number;
}

/** A service's refusal, or that it could not be reached. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  readonly code: string;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly retryable: boolean;
  /** What the service said, in its own words. */
  readonly reason: string;
  /** Everything that the answer said besides. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor({ service, operation }: AwsCall, problem: Problem) {
    super(`${service} ${operation} failed: ${problem.code}: ${problem.message}`, {
      cause: problem.cause,
    });
    this.code = problem.code;
    this.status = problem.status;
    this.retryable = problem.retryable;
    this.reason = problem.message;
    this.members = problem.members ?? {};
  }
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly retryable: boolean;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

const defaultAttempts = 4;
const firstPauseMillis = 100;

/**
 * Calls AWS without its SDK, which takes three times as long to load as the function's own work. For
 * calls whose repetition does no harm: one that got no answer, or a passing fault, is made again.
 */
export function createSignedCall(options: SignedCallOptions): SignedCall {
  const { env, send = sendHttp, attempts = defaultAttempts, random = Math.random } = options;
  const { pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) } =
    options;
  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOf(call, env, send);
      if (!(outcome instanceof AwsCallError)) return outcome;
      if (attempt === attempts || !outcome.retryable || call.signal.aborted) throw outcome;
      // At any point of a span that doubles: callers that failed together do not come back together.
      await pause(random() * firstPauseMillis * 2 ** (attempt - 1));
    }
  };
}

async function attemptOf(
  call: AwsCall,
  env: SignedCallOptions['env'],
  send: HttpSend,
): Promise<HttpAnswer | AwsCallError> {
  const { method, path, body, signal } = call;
  const endpoint = endpointOf(call, env);
  const headers = signedHeaders(call, new URL(endpoint).host, env);
  let answer: HttpAnswer;
  try {
    answer = await send(`${endpoint}${path}`, { method, headers, body, signal });
  } catch (cause) {
    const { name, code, message } = cause as NodeJS.ErrnoException;
    const problem = { code: typeof code === 'string' ? code : name, message, cause };
    return new AwsCallError(call, { ...problem, retryable: !signal.aborted });
  }
  return answer.status < 300 ? answer : new AwsCallError(call, problemOf(answer));
}

function signedHeaders(call: AwsCall, host: string, env: SignedCallOptions['env']) {
  const { service, method, path, body } = call;
  const request = { host, path, service, region: regionOf(env), method, body };
  const credentials = {
    accessKeyId: variable(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: variable(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  };
  const signed = aws4.sign({ ...request, headers: { ...call.headers } }, credentials);
  return signed.headers as Record<string, string>;
}

/** As the SDKs find it: the service's own variable, the one for all, or AWS itself. */
function endpointOf(
  { service, hostPrefix = service, endpointName = service }: AwsCall,
  env: SignedCallOptions['env'],
): string {
  const given = env[`AWS_ENDPOINT_URL_${endpointName.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  if (given) return given.replace(/\/$/, '');
  const region = regionOf(env);
  return `https://${hostPrefix}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function regionOf(env: SignedCallOptions['env']): string {
  return env.AWS_REGION || variable(env, 'AWS_DEFAULT_REGION');
}

function variable(env: SignedCallOptions['env'], name: string): string {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
}

/** Names under which services ask a caller to slow down, whatever the status. */
const throttling = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;

function problemOf({ status, headers, body }: HttpAnswer): Problem {
  const text = body.toString('utf8');
  const told = membersOf(text);
  const type = headers['x-amzn-errortype'] ?? told.__type ?? told.code ?? `HTTP ${status}`;
  // `com.amazonaws.codedeploy#ThrottlingException:http://...` in some protocols.
  const code = String(type).split(':', 1)[0]?.split('#').at(-1) as string;
  const message = String(told.message ?? told.Message ?? (text.slice(0, 200) || 'no reason given'));
  return {
    code,
    message,
    status,
    members: told,
    retryable: status >= 500 || status === 429 || throttling.test(code),
  };
}

function membersOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // A proxy on the way answers in HTML.
  }
}
