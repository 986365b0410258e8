import { styleText } from 'node:util';

/** Shows the steps of a command on stderr, each with its seconds, so that stdout stays for answers. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Runs one step; `title` may depend on what the step found. A failed step is marked and thrown. */
  async step<T>(
    title: string,
    run: () => T | Promise<T>,
    found?: (value: T) => string,
  ): Promise<T> {
    const started = performance.now();
    if (this.#stream.isTTY) this.#stream.write(`  ${this.#style('dim', '…')} ${title}`);
    try {
      const value = await run();
      this.#end('green', '✔', found ? `${title}: ${found(value)}` : title, started);
      return value;
    } catch (error) {
      this.#end('red', '✖', title, started);
      throw error;
    }
  }

  /** A line that is not a step: something to know. */
  note(text: string): void {
    this.#stream.write(`  ${this.#style('yellow', '!')} ${text}\n`);
  }

  #end(color: 'green' | 'red', mark: string, title: string, started: number): void {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const clear = this.#stream.isTTY ? '\r\u001b[K' : '';
    const time = this.#style('dim', `${seconds} s`);
    this.#stream.write(`${clear}  ${this.#style(color, mark)} ${title}  ${time}\n`);
  }

  #style(format: 'dim' | 'green' | 'red' | 'yellow', text: string): string {
    return styleText(format, text, { stream: this.#stream });
  }
}
