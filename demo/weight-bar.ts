import type { ReleaseEvent } from '../cli/release/events.ts';
import { rolloutLine } from '../cli/release/storyteller.ts';

/** Shows a rollout as one line that moves on a terminal, and as a line for each change elsewhere. */
export class WeightBar {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(event: Extract<ReleaseEvent, { event: 'rollout' }>): void {
    const line = `    ${rolloutLine(event)}`;
    // Elsewhere than on a terminal, figures that only grow are no news.
    const news = this.#stream.isTTY ? line : line.replaceAll(/\([^)]*\)/g, '');
    if (news === this.#shown) return;
    this.#shown = news;
    if (this.#stream.isTTY)
      this.#stream.write(`\r\u001b[K${line.slice(0, this.#stream.columns - 1)}`);
    else this.#stream.write(`${line}\n`);
  }

  end(): void {
    if (this.#stream.isTTY && this.#shown) this.#stream.write('\r\u001b[K');
    this.#shown = '';
  }
}
