import type { Clock } from '../../host/clock.ts';
import type { ApiKeyRecord, ApiStore, UsagePlanRecord } from './api-store.ts';
import { GatewayError } from './gateway-error.ts';
import type { Quotas } from './quota.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a key may do at a stage; good until something changes. */
export interface Admission {
  readonly key: ApiKeyRecord;
  readonly plan: UsagePlanRecord;
  readonly bucket: TokenBucket | undefined;
}

/** Checks API keys, and counts their requests against their usage plans. */
export class ApiKeys {
  readonly #store: ApiStore;
  readonly #quotas: Quotas;
  readonly #time: Clock;
  /** By stage and key value; emptied on any change. */
  readonly #admissions = new Map<string, Admission | undefined>();
  /** By plan and key, with the limits that it was made for. */
  readonly #buckets = new Map<string, { bucket: TokenBucket; limits: string }>();

  constructor(store: ApiStore, quotas: Quotas, time: Clock) {
    this.#store = store;
    this.#quotas = quotas;
    this.#time = time;
  }

  forget(): void {
    this.#admissions.clear();
  }

  /** For the key of a request that needs one; throws what the gateway answers without. */
  admission(apiId: string, stage: string, value: string | undefined): Admission {
    const admission = value === undefined ? undefined : this.#find(apiId, stage, value);
    if (!admission) throw new GatewayError('INVALID_API_KEY');
    return admission;
  }

  /** Counts a request, or throws what the gateway answers to one too many. */
  count({ key, plan, bucket }: Admission, now: number): void {
    if (bucket && !bucket.take(now)) throw new GatewayError('THROTTLED');
    if (plan.quota && !this.#quotas.take(plan.id, key.id, plan.quota)) {
      throw new GatewayError('QUOTA_EXCEEDED');
    }
  }

  #find(apiId: string, stage: string, value: string): Admission | undefined {
    const id = `${apiId}/${stage}/${value}`;
    if (this.#admissions.has(id)) return this.#admissions.get(id);
    const key = this.#store.keys.values().find((each) => each.value === value && each.enabled);
    const plan = this.#store.plans
      .values()
      .find(
        ({ keys, apiStages }) =>
          key !== undefined &&
          keys.includes(key.id) &&
          apiStages.some((each) => each.apiId === apiId && each.stage === stage),
      );
    const admission = key && plan && { key, plan, bucket: this.#bucket(plan, key) };
    // Only what exists is kept, or callers could fill the memory with guesses.
    if (admission) this.#admissions.set(id, admission);
    return admission;
  }

  #bucket({ id, throttle }: UsagePlanRecord, key: ApiKeyRecord): TokenBucket | undefined {
    if (!throttle) return undefined;
    const limits = `${throttle.rateLimit}/${throttle.burstLimit}`;
    const name = `${id}/${key.id}`;
    let known = this.#buckets.get(name);
    if (known?.limits !== limits) {
      const bucket = new TokenBucket(throttle.rateLimit, throttle.burstLimit, this.#time.now());
      known = { bucket, limits };
      this.#buckets.set(name, known);
    }
    return known.bucket;
  }
}
