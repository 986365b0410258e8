import { randomUUID } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import { sendEvent } from '../../telemetry/service-event.ts';
import type { BucketStore } from './bucket.ts';
import type { StoredObject } from './object.ts';

type Reason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';

/** Tells EventBridge what becomes of the objects of those buckets that are set to. */
export class Announcements {
  readonly #host: Host;
  readonly #buckets: BucketStore;
  #count = 0;

  constructor(host: Host, buckets: BucketStore) {
    this.#host = host;
    this.#buckets = buckets;
  }

  created(bucket: string, { key, size, etag }: StoredObject, reason: Reason): void {
    const object = { key, size, etag: etag.replaceAll('"', '') };
    this.#tell('Object Created', bucket, { reason, object });
  }

  deleted(bucket: string, key: string): void {
    const detail = { reason: 'DeleteObject', object: { key } };
    this.#tell('Object Deleted', bucket, { ...detail, 'deletion-type': 'Permanently Deleted' });
  }

  #tell(
    detailType: string,
    name: string,
    detail: Record<string, unknown> & { readonly object: object },
  ): void {
    if (!this.#buckets.get(name).eventBridge) return;
    sendEvent(this.#host, {
      source: 'aws.s3',
      detailType,
      resources: [`arn:aws:s3:::${name}`],
      detail: {
        version: '0',
        bucket: { name },
        ...detail,
        object: { ...detail.object, sequencer: this.#sequencer() },
        'request-id': randomUUID(),
        requester: this.#host.account,
        'source-ip-address': '127.0.0.1',
      },
    });
  }

  /** Tells the later of two writes to a key from the earlier. */
  #sequencer(): string {
    this.#count = (this.#count + 1) % 0x10000;
    const time = Math.floor(this.#host.clock.now()).toString(16).padStart(14, '0');
    return `${time}${this.#count.toString(16).padStart(4, '0')}`.toUpperCase();
  }
}
