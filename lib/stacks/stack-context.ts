import type { Artifacts } from '../../build/artifacts.ts';
import { stackTags as tags } from '../../serving/contract/stack-tags.ts';
import type { Config } from '../config/config.ts';

/** What every stack is made from. */
export interface StackContext {
  readonly config: Config;
  readonly artifacts: Artifacts;
}

/** Tags of a stack, which CloudFormation hands on to its resources. */
export function stackTags(
  config: Config,
  { model, owner }: { model?: string; owner?: string | undefined } = {},
): Record<string, string> {
  return {
    [tags.stage]: config.stage,
    ...(model && { [tags.model]: model }),
    // AWS takes letters, digits, spaces and these signs in a tag; a model.yaml may hold others.
    ...(owner && { 'siskin:owner': owner.replaceAll(/[^\p{L}\p{N} _.:/=+@-]/gu, '-') }),
  };
}
