import type { CreateProvider } from '../../host/provider.ts';
import { createOperations } from './operations.ts';

/** Security Token Service: every caller is the account's root, every role can be assumed. */
export const createStsProvider: CreateProvider = (host) => ({
  operations: createOperations(host),
  resources: {},
});
