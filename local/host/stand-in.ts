/**
 * What runs in place of a container image, since there is no Docker here: a program of this machine.
 * AWS's services name images; whoever starts the cloud says what stands in for them.
 */
export interface StandIn {
  /** Matches the image's URI, such as `123456789012.dkr.ecr.us-east-1.amazonaws.com/name:tag`. */
  readonly image: RegExp;
  /**
   * Program and first arguments that stand for the image's own entry point. The container's command
   * comes behind them.
   */
  readonly entryPoint: readonly string[];
  /** Variables that the program needs here and the image would bring along, such as NODE_PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Node's public images: this machine's own Node. Their entry point takes `node` as a first word. */
export const nodeImage: StandIn = {
  image: /(^|\/)docker\/library\/node:/,
  entryPoint: [],
};

/** The stand-in for an image; the first that matches. */
export function standInFor(image: string, standIns: readonly StandIn[]): StandIn | undefined {
  return standIns.find((one) => one.image.test(image));
}
