import type { CreateProvider } from '../host/provider.ts';
import { createCloudFormationProvider } from './cloudformation/index.ts';
import { createEcrProvider } from './ecr/index.ts';
import { createIamProvider } from './iam/index.ts';
import { createKmsProvider } from './kms/index.ts';
import { createS3Provider } from './s3/index.ts';
import { createSsmProvider } from './ssm/index.ts';
import { createStsProvider } from './sts/index.ts';

/** Every service of the local cloud, by its name. */
export const registry: Readonly<Record<string, CreateProvider>> = {
  ecr: createEcrProvider,
  iam: createIamProvider,
  kms: createKmsProvider,
  s3: createS3Provider,
  ssm: createSsmProvider,
  sts: createStsProvider,
  // Last: at its start it rolls back what was cut off, and needs all the others for that.
  cloudformation: createCloudFormationProvider,
};
