import {
  applyResources,
  type ChangeContext,
  reasonOf,
  revertResources,
} from '../../assembly/apply.ts';
import { plannedResources } from '../../assembly/plan.ts';
import { isRetained, type Removal, RemovalFailed, removeResources } from '../../assembly/remove.ts';
import { leftovers, type ResourceRecords } from '../../assembly/resource-record.ts';
import { parseTemplate } from '../../assembly/template.ts';
import type { Host } from '../../host/host.ts';
import { checkExports, evaluateOutputs } from './outputs.ts';
import { openScope } from './scope.ts';
import type { Stack } from './stack.ts';
import type { StackContent, StackDefinition, StackEvent } from './stack-document.ts';
import type { StackStore } from './stack-store.ts';

/** One change of one stack, from the request to its last status. */
export class Deployment {
  readonly #stacks: StackStore;
  readonly #stack: Stack;
  readonly #context: ChangeContext;
  readonly #cancel = new AbortController();

  /** `stopped` aborts when the cloud stops: the change then stays as it is, for the next start. */
  constructor(host: Host, stacks: StackStore, stack: Stack, stopped: AbortSignal) {
    this.#stacks = stacks;
    this.#stack = stack;
    this.#context = { host, ledger: stack, signal: stopped };
  }

  cancel(reason: string): void {
    this.#cancel.abort(new Error(reason));
  }

  async create(): Promise<void> {
    const stack = this.#stack;
    stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    const failure = await this.#apply();
    if (failure === undefined) stack.setStatus('CREATE_COMPLETE');
    else if (stack.document.definition.disableRollback) stack.setStatus('CREATE_FAILED', failure);
    else await this.rollBackCreation(`${failure} Rollback requested by user.`);
  }

  async rollBackCreation(reason: string): Promise<void> {
    const stack = this.#stack;
    stack.setStatus('ROLLBACK_IN_PROGRESS', reason);
    const failure = await this.#removeAll(true);
    if (failure === undefined) stack.setStatus('ROLLBACK_COMPLETE');
    else stack.setStatus('ROLLBACK_FAILED', failure);
  }

  async update(definition: StackDefinition): Promise<void> {
    const stack = this.#stack;
    stack.change({
      previous: this.#goBackTo(),
      definition,
      updated: this.#context.host.clock.now(),
    });
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    const failure = await this.#apply();
    if (failure === undefined) await this.finishUpdate();
    else if (definition.disableRollback) stack.setStatus('UPDATE_FAILED', failure);
    else await this.rollBackUpdate(failure);
  }

  /** Removes what the update has left over. Failing at that leaves resources, not a failed stack. */
  async finishUpdate(): Promise<void> {
    const stack = this.#stack;
    stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const before = stack.document.previous?.resources ?? {};
    await this.#removeLeftovers(before, stack.resources);
    stack.forgetPrevious();
    stack.setStatus('UPDATE_COMPLETE');
  }

  async rollBackUpdate(reason: string | undefined, skip: readonly string[] = []): Promise<void> {
    const stack = this.#stack;
    const previous = stack.document.previous as StackContent;
    const attempted = stack.document.attempted ?? { ...stack.resources };
    stack.change({ attempted });
    stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reason);
    try {
      await revertResources(this.#context, previous.resources, skip);
    } catch (error) {
      this.#context.signal.throwIfAborted();
      stack.setStatus('UPDATE_ROLLBACK_FAILED', reasonOf(error));
      return;
    }
    const { definition, outputs, imports } = previous;
    stack.change({ definition, outputs, imports });
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.#removeLeftovers(attempted, previous.resources, true);
    stack.forgetPrevious();
    stack.setStatus('UPDATE_ROLLBACK_COMPLETE');
  }

  async delete(): Promise<void> {
    const stack = this.#stack;
    stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const failure = await this.#removeAll(false);
    if (failure !== undefined) {
      stack.setStatus('DELETE_FAILED', failure);
      return;
    }
    stack.change({ deleted: this.#context.host.clock.now(), outputs: [], imports: [] });
    stack.setStatus('DELETE_COMPLETE');
    this.#stacks.retire(stack);
  }

  /**
   * What the stack returns to when this update fails. A stack that an earlier failure was left in
   * goes back to before that one; what that one had made is still the stack's, to be removed later.
   */
  #goBackTo(): StackContent {
    const { previous } = this.#stack.document;
    const { content } = this.#stack;
    if (!previous) return content;
    return { ...previous, resources: { ...content.resources, ...previous.resources } };
  }

  /** The reason of the failure; undefined when everything is as the template wants it. */
  async #apply(): Promise<string | undefined> {
    const stack = this.#stack;
    const { host } = this.#context;
    const signal = AbortSignal.any([this.#context.signal, this.#cancel.signal]);
    const firstEvent = stack.events.length;
    try {
      const template = parseTemplate(stack.document.definition.templateBody);
      const { scope, imports } = await openScope(host, this.#stacks, stack, template);
      const planned = plannedResources(template, scope);
      await applyResources({ ...this.#context, signal }, planned, scope);
      const kept = new Set(planned.map(({ logicalId }) => logicalId));
      for (const id of Object.keys(stack.resources)) if (!kept.has(id)) stack.drop(id);
      const outputs = evaluateOutputs(template, scope);
      checkExports(this.#stacks, stack, outputs);
      stack.change({ outputs, imports });
      return undefined;
    } catch (error) {
      this.#context.signal.throwIfAborted();
      return failureOf(stack.events.slice(firstEvent), error);
    }
  }

  async #removeLeftovers(
    before: ResourceRecords,
    after: ResourceRecords,
    undoing = false,
  ): Promise<void> {
    const removals = leftovers(before, after).map((record) => {
      const replaced = after[record.logicalId] !== undefined;
      const policy = replaced && !undoing ? record.updateReplacePolicy : record.deletionPolicy;
      return { record, retain: isRetained(policy, undoing) };
    });
    try {
      await removeResources(this.#context, removals);
    } catch (error) {
      // AWS also ends the change and leaves such resources behind; the events say which and why.
      if (!(error instanceof RemovalFailed)) throw error;
    }
    // Also those that never came to be, and those that are retained.
    for (const logicalId of Object.keys(before)) {
      if (!after[logicalId]) this.#stack.drop(logicalId);
    }
  }

  /** Removes all resources of the stack; the reason when some could not be. */
  async #removeAll(undoingCreation: boolean): Promise<string | undefined> {
    const removals = Object.values(this.#stack.resources).map(
      (record): Removal => ({
        record,
        retain: isRetained(record.deletionPolicy, undoingCreation),
      }),
    );
    try {
      await removeResources(this.#context, removals);
      return undefined;
    } catch (error) {
      if (!(error instanceof RemovalFailed)) throw error;
      return error.message;
    }
  }
}

/** CloudFormation's sentence about what failed, or what failed if it was no resource. */
function failureOf(events: readonly StackEvent[], error: unknown): string {
  const failed = events.filter(({ status }) => /^(CREATE|UPDATE)_FAILED$/.test(status));
  if (failed.length === 0) return reasonOf(error);
  const verb = failed[0]?.status.startsWith('CREATE') ? 'create' : 'update';
  const names = failed.map(({ logicalId }) => logicalId).join(', ');
  return `The following resource(s) failed to ${verb}: [${names}].`;
}
