import {
  BaseCredentials,
  type ICloudAssemblySource,
  type IIoHost,
  StackParameters,
  StackSelectionStrategy,
  Toolkit,
} from '@aws-cdk/toolkit-lib';
import { untilGone } from './heartbeat.ts';
import type { Place } from './place.ts';

/**
 * Deploys stacks of a synthesized assembly with the CDK's own toolkit: assets, change sets and
 * waiting are its work. The local cloud is no special case: the toolkit reads AWS_ENDPOINT_URL.
 */
export class StackDeployer {
  readonly #toolkit: Toolkit;
  readonly #assembly: Promise<ICloudAssemblySource>;
  readonly #pollingInterval: number;
  readonly #localEndpoint: string | undefined;

  constructor(place: Place, assemblyFolder: string, hear: (message: string) => void = () => {}) {
    this.#toolkit = new Toolkit({
      ioHost: quietHost(hear),
      color: false,
      emojis: false,
      sdkConfig: {
        baseCredentials: place.local
          ? BaseCredentials.custom({
              provider: async () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
              region: place.region,
            })
          : BaseCredentials.awsCliCompatible({ defaultRegion: place.region }),
      },
    });
    this.#assembly = this.#toolkit.fromAssemblyDirectory(assemblyFolder);
    this.#pollingInterval = place.local ? 200 : 2000;
    this.#localEndpoint = place.endpoint;
  }

  /** Deploys one stack alone and waits for it. Throws with CloudFormation's reason. */
  async deploy(
    stackName: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const deployed = this.#toolkit.deploy(await this.#assembly, {
      stacks: selection(stackName),
      parameters: StackParameters.withExisting({ ...parameters }),
      stackEventPollingInterval: this.#pollingInterval,
    });
    if (!this.#localEndpoint) return void (await deployed);
    const watching = new AbortController();
    try {
      await Promise.race([deployed, untilGone(this.#localEndpoint, watching.signal)]);
    } finally {
      watching.abort();
    }
  }
}

function selection(stackName: string) {
  return { strategy: StackSelectionStrategy.PATTERN_MUST_MATCH_SINGLE, patterns: [stackName] };
}

/** Takes every default answer; passes on what a person may want to read. */
function quietHost(hear: (message: string) => void): IIoHost {
  return {
    async notify(message) {
      if (message.level === 'error' || message.level === 'warn') hear(message.message);
    },
    async requestResponse(request) {
      return request.defaultResponse;
    },
  };
}
