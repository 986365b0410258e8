import type { CreateProvider } from '../../host/provider.ts';
import { KeyStore } from './key.ts';
import { createOperations } from './operations.ts';
import { createResources } from './resources.ts';

/** Key Management Service: keys and aliases by name. Nothing is encrypted with them. */
export const createKmsProvider: CreateProvider = (host) => {
  const keys = new KeyStore(host);
  return { operations: createOperations(keys), resources: createResources(keys) };
};
