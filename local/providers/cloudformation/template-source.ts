import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';

export interface TemplateSource {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean | string;
}

const LONGEST_BODY = 51_200;
const LONGEST_OBJECT = 1_048_576;

/** The template's text: given, in S3, or the one that is in force. */
export async function templateBodyOf(
  host: Host,
  source: TemplateSource,
  current?: string,
): Promise<string> {
  if (source.TemplateBody) return checkLength(source.TemplateBody, LONGEST_BODY, 'templateBody');
  if (source.TemplateURL) {
    const body = await readObject(host, source.TemplateURL);
    return checkLength(body, LONGEST_OBJECT, 'the template in templateURL');
  }
  if (String(source.UsePreviousTemplate) === 'true' && current !== undefined) return current;
  throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
}

function checkLength(text: string, longest: number, member: string): string {
  const length = Buffer.byteLength(text);
  if (length <= longest) return text;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${longest}, but it has ${length}`,
  );
}

async function readObject(host: Host, url: string): Promise<string> {
  const { Body } = await host.call<{ Body: { transformToString(): Promise<string> } }>(
    's3',
    'GetObject',
    locate(url),
  );
  return Body.transformToString();
}

/** `https://s3.<anything>/bucket/key` or `https://bucket.s3.<anything>/key`. */
function locate(text: string): { Bucket: string; Key: string } {
  const url = URL.parse(text);
  if (!url) throw new AwsError('ValidationError', `TemplateURL ${text} is not an URL`);
  const path = decodeURIComponent(url.pathname.slice(1));
  const [, named] = /^(.+?)\.s3[.-]/.exec(url.hostname) ?? [];
  if (named) return { Bucket: named, Key: path };
  const slash = path.indexOf('/');
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) };
}
