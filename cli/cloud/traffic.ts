/** Where requests go, and with which key. */
export interface TrafficTarget {
  readonly endpoint: string;
  readonly apiKey: string;
  readonly model: string;
  /** Bodies of inference requests, sent in turn. */
  readonly requests: readonly string[];
}

/** What the callers saw. */
export interface TrafficFigures {
  readonly sent: number;
  /** Answers other than 200, and connections that broke. */
  readonly failed: number;
  /** Answers by status; 0 stands for a connection that broke. */
  readonly byStatus: Readonly<Record<number, number>>;
}

/** At most this many requests wait for their answers; beyond, the model is slower than the traffic. */
const mostInFlight = 64;

/** Sends a model's golden requests at a steady rate until it is stopped. */
export class Traffic {
  readonly #target: TrafficTarget;
  readonly #byStatus: Record<number, number> = {};
  readonly #inFlight = new Set<Promise<void>>();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: TrafficTarget) {
    this.#target = target;
  }

  get figures(): TrafficFigures {
    const answered = Object.values(this.#byStatus).reduce((total, count) => total + count, 0);
    const failed = answered - (this.#byStatus[200] ?? 0);
    return { sent: this.#sent, failed, byStatus: { ...this.#byStatus } };
  }

  /** Begins to send `rate` requests a second. A timer tick sends as many as are due by then. */
  start(rate: number): void {
    const started = performance.now();
    let due = 0;
    this.#timer = setInterval(
      () => {
        const expected = ((performance.now() - started) / 1000) * rate;
        for (; due < expected; due++) if (this.#inFlight.size < mostInFlight) this.#send();
      },
      Math.max(5, 1000 / rate),
    );
  }

  /** Ends the traffic and waits for the answers that are under way. */
  async stop(): Promise<TrafficFigures> {
    clearInterval(this.#timer);
    await Promise.all(this.#inFlight);
    return this.figures;
  }

  #send(): void {
    const body = this.#target.requests[this.#sent % this.#target.requests.length] as string;
    this.#sent++;
    const answered = this.#status(body).then((status) => {
      this.#byStatus[status] = (this.#byStatus[status] ?? 0) + 1;
      this.#inFlight.delete(answered);
    });
    this.#inFlight.add(answered);
  }

  async #status(body: string): Promise<number> {
    const { endpoint, apiKey, model } = this.#target;
    try {
      const answer = await fetch(`${endpoint}/v2/models/${encodeURIComponent(model)}/infer`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(35_000),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}
