import { AwsError } from '../../host/aws-error.ts';

export interface FunctionReference {
  readonly name: string;
  /** Version number, `$LATEST` or an alias; undefined when none was named. */
  readonly qualifier: string | undefined;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const QUALIFIER = /^(\$LATEST|[A-Za-z0-9_-]{1,128})$/;

/** Names read before, as given: a gateway asks for the same few with every request. */
const known = new Map<unknown, FunctionReference>();
const KNOWN_LIMIT = 500;

/** Reads a function's name, `name:qualifier`, partial or full ARN, as every operation takes it. */
export function parseFunctionName(text: unknown, qualifier?: unknown): FunctionReference {
  if (qualifier !== undefined) return read(text, qualifier);
  let reference = known.get(text);
  if (!reference) {
    reference = read(text);
    if (known.size < KNOWN_LIMIT) known.set(text, reference);
  }
  return reference;
}

function read(text: unknown, qualifier?: unknown): FunctionReference {
  const given = String(text ?? '');
  const short = given.replace(/^(arn:[^:]+:lambda:[^:]+:)?(\d{12}:)?function:/, '');
  const [name = '', inName, ...rest] = short.split(':');
  const named = qualifier === undefined || qualifier === '' ? undefined : String(qualifier);
  if (!NAME.test(name) || rest.length > 0 || !QUALIFIER.test(inName ?? named ?? '$LATEST')) {
    throw new AwsError(
      'InvalidParameterValueException',
      `'${given}' is not a function's name or ARN, with or without a version or alias after it`,
    );
  }
  if (inName !== undefined && named !== undefined && inName !== named) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The qualifier '${named}' differs from '${inName}' in the function's name`,
    );
  }
  return { name, qualifier: inName ?? named };
}

export function isVersion(qualifier: string): boolean {
  return qualifier === '$LATEST' || /^\d+$/.test(qualifier);
}
