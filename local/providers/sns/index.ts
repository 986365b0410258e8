import type { CreateProvider } from '../../host/provider.ts';
import { snsOperations } from './operations.ts';
import { snsResources } from './resources.ts';
import { TopicStore } from './topic-store.ts';

/** Topics, and functions that subscribe to them. Mail and web hooks are only logged. */
export const createSnsProvider: CreateProvider = (host) => {
  const store = new TopicStore(host);
  return { operations: snsOperations(host, store), resources: snsResources(host, store) };
};
