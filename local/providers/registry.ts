import type { CreateProvider } from '../host/provider.ts';
import { createS3Provider } from './s3/index.ts';
import { createSsmProvider } from './ssm/index.ts';
import { createStsProvider } from './sts/index.ts';

/** Every service of the local cloud, by the name that SDK clients sign with. */
export const registry: Readonly<Record<string, CreateProvider>> = {
  s3: createS3Provider,
  ssm: createSsmProvider,
  sts: createStsProvider,
};
