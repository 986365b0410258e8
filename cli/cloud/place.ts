import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CommandError, exitCodes } from '../command-error.ts';
import { pasteable } from '../pasteable.ts';
import type { PlaceOptions } from '../place-options.ts';

/** Where a command works: the local cloud, or AWS as the environment says. */
export interface Place {
  readonly local: boolean;
  /** For messages: "the local cloud on port 8080", "AWS account 123456789012 in eu-west-1". */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Base URL of the local cloud. */
  readonly endpoint?: string;
}

/**
 * Points every AWS SDK client of this process at the place and makes sure that somebody is there.
 * Clients are unmodified: what differs is the environment that they read.
 */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  if (!options.local) return await openAws();
  const endpoint = `http://127.0.0.1:${options.port}`;
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const account = await callerAccount().catch((cause) => {
    throw new CommandError(
      `No local cloud answers on port ${options.port} (${reason(cause)}). Start one with \`${pasteable('dev', `--port ${options.port}`)}\`.`,
      exitCodes.couldNotTry,
    );
  });
  const name = `the local cloud on port ${options.port}`;
  return { local: true, name, account, region: 'us-east-1', endpoint };
}

async function openAws(): Promise<Place> {
  const client = new STSClient({});
  const region = await client.config.region().catch(() => {
    throw new CommandError(
      'No AWS region is set. Set AWS_REGION, or say --local for the local cloud.',
      exitCodes.couldNotTry,
    );
  });
  const account = await callerAccount().catch((cause) => {
    throw new CommandError(
      `AWS does not know who you are (${reason(cause)}). Set AWS_PROFILE or credentials, or say --local for the local cloud.`,
      exitCodes.couldNotTry,
    );
  });
  return { local: false, name: `AWS account ${account} in ${region}`, account, region };
}

async function callerAccount(): Promise<string> {
  const client = new STSClient({ maxAttempts: 1 });
  const identity = await client.send(new GetCallerIdentityCommand({}));
  if (!identity.Account) throw new Error('the answer names no account');
  return identity.Account;
}

function reason(cause: unknown): string {
  const error = cause as { code?: string; message?: string };
  return error.code || error.message || String(cause);
}
