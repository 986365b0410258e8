import type { RequestHead } from '../../host/plain-request.ts';
import { GatewayError } from './gateway-error.ts';

/**
 * What `AWS_IAM` asks of a request: a Signature Version 4 whose scope is execute-api. The local
 * cloud knows no secrets, so the signature itself is not verified. Gives the access key.
 */
export function requireSignature({ headers }: Pick<RequestHead, 'headers'>, query: string): string {
  const header = headers.authorization;
  const credential =
    header === undefined
      ? new URLSearchParams(query).get('X-Amz-Credential')
      : (/^AWS4-HMAC-SHA256 .*Credential=([^,\s]+).*Signature=[0-9a-f]{64}/.exec(header)?.[1] ??
        '');
  if (credential === null) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  const [accessKey, , , service, end] = credential.split('/');
  if (!accessKey || service !== 'execute-api' || end !== 'aws4_request') {
    throw new GatewayError(
      'INVALID_SIGNATURE',
      `Credential should be scoped to a valid region and to the service execute-api, not '${credential}'`,
    );
  }
  return accessKey;
}
