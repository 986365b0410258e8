import { randomUUID } from 'node:crypto';
import type { ResourceRecord, StackLedger } from '../../assembly/resource-record.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import type { StackContent, StackDocument, StackEvent } from './stack-document.ts';

/** Several long updates; older events are forgotten. */
const MOST_EVENTS = 1000;

/**
 * One stack. Its changes reach the disk once per turn of the event loop: a deployment of quick
 * resources is one write, and one that waits for a rollout has been written before it waits.
 */
export class Stack implements StackLedger {
  readonly #host: Host;
  readonly #documents: Collection<StackDocument>;
  readonly #eventLists: Collection<readonly StackEvent[]>;
  readonly #events: StackEvent[];
  #document: StackDocument;
  #resources: Record<string, ResourceRecord>;
  #saving: NodeJS.Immediate | undefined;

  constructor(
    host: Host,
    documents: Collection<StackDocument>,
    eventLists: Collection<readonly StackEvent[]>,
    document: StackDocument,
  ) {
    this.#host = host;
    this.#documents = documents;
    this.#eventLists = eventLists;
    this.#document = document;
    this.#resources = { ...document.resources };
    this.#events = [...(eventLists.get(document.id) ?? [])];
  }

  get stackName(): string {
    return this.#document.name;
  }

  get stackId(): string {
    return this.#document.id;
  }

  get status(): string {
    return this.#document.status;
  }

  get document(): StackDocument {
    return this.#document;
  }

  get resources(): Readonly<Record<string, ResourceRecord>> {
    return this.#resources;
  }

  /** Oldest first. */
  get events(): readonly StackEvent[] {
    return this.#events;
  }

  /** What would have to be restored if a change begins now and fails. */
  get content(): StackContent {
    const { definition, outputs, imports } = this.#document;
    return { definition, outputs, imports, resources: { ...this.#resources } };
  }

  change(change: Partial<StackDocument>): void {
    this.#document = { ...this.#document, ...change };
    if (change.resources) this.#resources = { ...change.resources };
    this.#save();
  }

  /** Forgets what a failed update would have gone back to. */
  forgetPrevious(): void {
    const { previous: _previous, attempted: _attempted, ...rest } = this.#document;
    this.#document = rest;
    this.#save();
  }

  setStatus(status: string, reason?: string): void {
    const { statusReason: _before, ...rest } = this.#document;
    this.#document = { ...rest, status, ...(reason !== undefined && { statusReason: reason }) };
    this.#addEvent({
      logicalId: this.stackName,
      physicalId: this.stackId,
      type: 'AWS::CloudFormation::Stack',
      status,
      ...(reason !== undefined && { reason }),
    });
  }

  put(record: Omit<ResourceRecord, 'updated'>): void {
    const before = this.#resources[record.logicalId];
    this.#resources[record.logicalId] = { ...record, updated: this.#host.clock.now() };
    if (before?.status !== record.status) this.report(record);
    else this.#save();
  }

  restore(record: ResourceRecord): void {
    this.#resources[record.logicalId] = record;
    this.#save();
  }

  report(record: Omit<ResourceRecord, 'updated'>): void {
    const { logicalId, physicalId = '', type, status, statusReason } = record;
    this.#addEvent({
      logicalId,
      physicalId,
      type,
      status,
      ...(statusReason !== undefined && { reason: statusReason }),
    });
  }

  drop(logicalId: string): void {
    delete this.#resources[logicalId];
    this.#save();
  }

  /** Writes what has changed since the last turn. */
  flush(): void {
    if (!this.#saving) return;
    clearImmediate(this.#saving);
    this.#saving = undefined;
    this.#document = { ...this.#document, resources: { ...this.#resources } };
    this.#documents.set(this.stackId, this.#document);
    this.#eventLists.set(this.stackId, this.#events);
  }

  #addEvent(event: Omit<StackEvent, 'id' | 'time'>): void {
    // Whoever follows a change sorts its events by time, and most come within one millisecond.
    const time = Math.max(this.#host.clock.now(), (this.#events.at(-1)?.time ?? 0) + 1);
    this.#events.push({ ...event, id: randomUUID(), time });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
    this.#save();
  }

  #save(): void {
    this.#saving ??= setImmediate(() => this.flush());
  }
}
