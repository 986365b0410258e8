import type { Host } from '../../host/host.ts';
import type { AppSpec } from './app-spec.ts';

/** Sends this share of the alias's traffic to the new version. */
export async function shiftTraffic(host: Host, spec: AppSpec, percent: number): Promise<void> {
  const { functionName, alias, currentVersion, targetVersion } = spec;
  const whole = percent >= 100;
  await host.call('lambda', 'UpdateAlias', {
    FunctionName: functionName,
    Name: alias,
    FunctionVersion: whole ? targetVersion : currentVersion,
    RoutingConfig: { AdditionalVersionWeights: whole ? {} : { [targetVersion]: percent / 100 } },
  });
}

/** Sends all traffic to the old version, and says how that went. */
export async function rollBack(host: Host, spec: AppSpec): Promise<string> {
  const { functionName, alias, currentVersion } = spec;
  try {
    await host.call('lambda', 'UpdateAlias', {
      FunctionName: functionName,
      Name: alias,
      FunctionVersion: currentVersion,
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    return `All traffic of ${functionName}:${alias} is back on version ${currentVersion}.`;
  } catch (error) {
    const { message } = error as Error;
    host.log.error(
      `${functionName}:${alias} could not be set back to version ${currentVersion}`,
      error,
    );
    return `The traffic of ${functionName}:${alias} could not be set back to version ${currentVersion}: ${message}`;
  }
}
