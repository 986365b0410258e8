import { StringDecoder } from 'node:string_decoder';

/** CloudWatch Logs takes no event above this; a longer line becomes several. */
const LINE_LIMIT = 256 * 1024;

/** Cuts what a process prints into lines. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #line: (line: string) => void;
  #rest = '';

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  push(chunk: Buffer): void {
    const text = this.#rest + this.#decoder.write(chunk);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#emit(text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > LINE_LIMIT) this.end();
  }

  end(): void {
    if (this.#rest) this.#emit(this.#rest);
    this.#rest = '';
  }

  /** The runtime sends the line ends within one console call as carriage returns. */
  #emit(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text) this.#line(text.replaceAll('\r', '\n'));
  }
}
