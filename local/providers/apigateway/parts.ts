import type { Host } from '../../host/host.ts';
import type { ApiStore } from './api-store.ts';

/** What API Gateway's operations and resources work on. */
export interface Parts {
  readonly host: Host;
  readonly store: ApiStore;
}
