import { readFileSync } from 'node:fs';
import type { Credentials } from './signature.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Credentials of the environment, else those that ECS gives the container. */
export async function findCredentials(
  env: Environment,
  fetch: typeof globalThis.fetch,
): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN };
  }
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const address = relative
    ? `http://169.254.170.2${relative}`
    : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!address) throw new Error('no credentials: neither AWS_ACCESS_KEY_ID nor a role of the job');
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file ? readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const answer = await fetch(address, token ? { headers: { authorization: token } } : {});
  if (!answer.ok) throw new Error(`no credentials: ${address} answered ${answer.status}`);
  const { AccessKeyId, SecretAccessKey, Token } = (await answer.json()) as Record<string, string>;
  return {
    accessKeyId: AccessKeyId as string,
    secretAccessKey: SecretAccessKey as string,
    sessionToken: Token,
  };
}
