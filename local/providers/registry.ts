import type { CreateProvider } from '../host/provider.ts';
import { createSsmProvider } from './ssm/index.ts';
import { createStsProvider } from './sts/index.ts';

/** Every service of the local cloud, by the name that SDK clients sign with. */
export const registry: Readonly<Record<string, CreateProvider>> = {
  ssm: createSsmProvider,
  sts: createStsProvider,
};
