import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { localParameters } from './local-parameters.ts';

/** The rate of the local cloud's clock, raised for a rollout and put back after it. */
export class CloudTempo {
  static async set(rate: number): Promise<CloudTempo> {
    await put(rate);
    return new CloudTempo();
  }

  /** Real time again. A cloud that has gone meanwhile needs no restoring. */
  async restore(): Promise<void> {
    await put(1).catch(() => undefined);
  }
}

async function put(rate: number): Promise<void> {
  await new SSMClient({}).send(
    new PutParameterCommand({
      Name: localParameters.timeScale,
      Value: String(rate),
      Type: 'String',
      Overwrite: true,
    }),
  );
}
