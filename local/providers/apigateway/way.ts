import type { Places } from '../../host/places.ts';
import type { RequestHead } from '../../host/plain-request.ts';
import type { Admission } from './api-keys.ts';
import { EventTemplate, sourceIp } from './event-template.ts';
import type { Exchange } from './exchange.ts';
import type { ServedMethod, ServedStage } from './served-stage.ts';

export interface WayStart {
  readonly stage: ServedStage;
  /** Within the stage. */
  readonly path: string;
  readonly query: string;
}

/** Where a request goes: all that its head alone decides. */
export class Way {
  readonly stage: ServedStage;
  readonly path: string;
  readonly query: string;
  /** Undefined when the stage has none for the request. */
  readonly method: ServedMethod | undefined;
  /** It leads to a function whose answer is sent as a whole. */
  readonly isPlain: boolean;
  /** Of the caller's key, once it has been asked for. */
  admission: Admission | undefined;
  readonly #head: RequestHead;
  readonly #parameters: readonly (readonly [string, string])[] | undefined;
  #template: EventTemplate | undefined;
  #sourceIp: string | undefined;

  constructor(head: RequestHead, { stage, path, query }: WayStart) {
    this.#head = head;
    this.stage = stage;
    this.path = path;
    this.query = query;
    const match = stage.routes.match(path);
    this.method = match?.to[head.method ?? ''] ?? match?.to.ANY;
    this.#parameters = match?.parameters;
    const { functionName, integration } = this.method ?? {};
    const isProxy = integration?.type === 'AWS_PROXY' && functionName !== undefined;
    this.isPlain = isProxy && !integration.streaming;
  }

  get sourceIp(): string {
    this.#sourceIp ??= sourceIp(this.#head);
    return this.#sourceIp;
  }

  /** The event for the function; most of its text is the same for each request of this way. */
  event(exchange: Exchange, method: ServedMethod, body: Buffer, places: Places): Buffer {
    const { apiKey, accessKey } = exchange;
    if (!this.#template?.isFor(apiKey, accessKey)) {
      const contentType = this.#head.headers['content-type'] ?? '';
      this.#template = new EventTemplate(method.frame, {
        head: this.#head,
        path: this.path,
        query: this.query,
        parameters: this.#parameters,
        binary: this.stage.isBinary(contentType),
        apiKey,
        accessKey,
      });
    }
    return this.#template.event(exchange, body, places);
  }
}
