import type { Host } from '../../host/host.ts';
import type { CodeFolder } from './code-folder.ts';
import type { EventQueue } from './event-queue.ts';
import type { FunctionStore } from './function-store.ts';
import type { Functions } from './functions.ts';
import type { Invoker } from './invoker.ts';
import type { LayerStore } from './layer-store.ts';

/** What Lambda consists of, for its operations and resources. */
export interface Parts {
  readonly host: Host;
  readonly store: FunctionStore;
  readonly functions: Functions;
  readonly layers: LayerStore;
  readonly code: CodeFolder;
  readonly invoker: Invoker;
  readonly events: EventQueue;
}
