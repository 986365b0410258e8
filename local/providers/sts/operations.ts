import { randomBytes } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Operation } from '../../host/provider.ts';

const DEFAULT_DURATION = 3600;

export function createOperations(host: Host): Record<string, Operation> {
  return {
    GetCallerIdentity: () => ({
      UserId: host.account,
      Account: host.account,
      Arn: `arn:aws:iam::${host.account}:root`,
    }),

    AssumeRole: (input: {
      RoleArn: string;
      RoleSessionName: string;
      DurationSeconds?: string | number;
    }) => {
      const role = /^arn:aws[^:]*:iam::(\d{12}):role\/(.+)$/.exec(input.RoleArn ?? '');
      if (!role) {
        throw new AwsError(
          'ValidationError',
          `${JSON.stringify(input.RoleArn)} is not a role's ARN`,
        );
      }
      const [, account, path = ''] = role;
      const name = path.slice(path.lastIndexOf('/') + 1);
      return {
        Credentials: credentials(Number(input.DurationSeconds ?? DEFAULT_DURATION)),
        AssumedRoleUser: {
          AssumedRoleId: `AROALOCAL:${input.RoleSessionName}`,
          Arn: `arn:aws:sts::${account}:assumed-role/${name}/${input.RoleSessionName}`,
        },
      };
    },

    GetSessionToken: (input: { DurationSeconds?: string | number }) => ({
      Credentials: credentials(Number(input.DurationSeconds ?? DEFAULT_DURATION)),
    }),
  };
}

/** They expire by the clients' own clocks, which run in real time however fast the cloud's runs. */
function credentials(seconds: number) {
  return {
    AccessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    SecretAccessKey: randomBytes(30).toString('base64'),
    SessionToken: randomBytes(48).toString('base64'),
    Expiration: new Date(Date.now() + seconds * 1000),
  };
}
