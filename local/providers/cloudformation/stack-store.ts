import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { Stack } from './stack.ts';
import type { Output, StackDefinition, StackDocument, StackEvent } from './stack-document.ts';

/** How long a deleted stack can still be described by its id: 90 days. */
const KEPT_AFTER_DELETION = 90 * 86_400_000;

/** Every stack, living and deleted. A name is that of one living stack at most. */
export class StackStore {
  readonly #host: Host;
  readonly #documents: Collection<StackDocument>;
  readonly #eventLists: Collection<readonly StackEvent[]>;
  readonly #byId = new Map<string, Stack>();
  readonly #byName = new Map<string, Stack>();

  constructor(host: Host) {
    this.#host = host;
    const storage = host.storage('cloudformation');
    this.#documents = storage.collection<StackDocument>('stacks');
    this.#eventLists = storage.collection<readonly StackEvent[]>('events');
    for (const document of this.#documents.values()) {
      const age = host.clock.now() - (document.deleted ?? host.clock.now());
      if (age > KEPT_AFTER_DELETION) this.#forget(document.id);
      else this.#add(document);
    }
  }

  all(): Stack[] {
    return [...this.#byId.values()];
  }

  living(): Stack[] {
    return [...this.#byName.values()];
  }

  /** By id, or a living stack by name. */
  find(nameOrId: string): Stack | undefined {
    return this.#byName.get(nameOrId) ?? this.#byId.get(nameOrId);
  }

  get(nameOrId: string): Stack {
    const stack = this.find(nameOrId);
    // The CDK CLI recognizes a stack that is missing by this sentence.
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  create(name: string, definition: StackDefinition, terminationProtection: boolean): Stack {
    if (!/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/.test(name)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
          'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
      );
    }
    if (this.#byName.has(name)) {
      throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    }
    return this.#add({
      name,
      id: this.#host.arn('cloudformation', `stack/${name}/${randomUUID()}`),
      status: 'REVIEW_IN_PROGRESS',
      created: this.#host.clock.now(),
      terminationProtection,
      definition,
      resources: {},
      outputs: [],
      imports: [],
    });
  }

  /** Frees the name of a stack that has been deleted. */
  retire(stack: Stack): void {
    if (this.#byName.get(stack.stackName) === stack) this.#byName.delete(stack.stackName);
  }

  exports(): (Output & { readonly stack: Stack })[] {
    return this.living().flatMap((stack) =>
      stack.document.outputs
        .filter(({ exportName }) => exportName !== undefined)
        .map((output) => ({ ...output, stack })),
    );
  }

  importersOf(exportName: string): string[] {
    return this.living()
      .filter(({ document }) => document.imports.includes(exportName))
      .map(({ stackName }) => stackName);
  }

  flush(): void {
    for (const stack of this.#byId.values()) stack.flush();
  }

  #add(document: StackDocument): Stack {
    const stack = new Stack(this.#host, this.#documents, this.#eventLists, document);
    this.#byId.set(document.id, stack);
    if (document.deleted === undefined) this.#byName.set(document.name, stack);
    return stack;
  }

  #forget(id: string): void {
    this.#documents.delete(id);
    this.#eventLists.delete(id);
  }
}
