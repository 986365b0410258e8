import type { CloudClock } from './clock.ts';
import type { Log } from './log.ts';
import type { ResourceType } from './provider.ts';
import type { StandIn } from './stand-in.ts';
import type { Storage } from './storage.ts';

/** What every provider gets. It holds nothing that belongs to one service. */
export interface Host {
  readonly account: string;
  readonly region: string;
  /** The cloud's one clock. Everything that AWS does on a schedule runs on it. */
  readonly clock: CloudClock;
  readonly log: Log;
  /** Base URL of the cloud, such as http://127.0.0.1:8080: what AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string;
  /** Programs that run in place of container images. */
  readonly standIns: readonly StandIn[];
  /** Durable storage of one service. */
  storage(service: string): Storage;
  /**
   * Calls an operation of another service: the same names, inputs and outputs as AWS's API.
   * Throws AwsError as the SDK would.
   */
  call<Output = Record<string, unknown>>(
    service: string,
    operation: string,
    input: Record<string, unknown>,
  ): Promise<Output>;
  /** How CloudFormation makes resources of this type, whichever provider has it. */
  resourceType(type: string): ResourceType | undefined;
  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string;
}
