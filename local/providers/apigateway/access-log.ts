/** A stage's access log format, cut into text and the variables in between. */
export class AccessLogFormat {
  readonly #parts: readonly { readonly text: string; readonly variable: string | undefined }[];

  constructor(format: string) {
    const pieces = format.split(/\$\{?(context(?:\.[A-Za-z0-9_-]+)+)\}?/);
    this.#parts = pieces
      .filter((_, i) => i % 2 === 0)
      .map((text, i) => ({ text, variable: pieces[i * 2 + 1] }));
  }

  /** One line; a variable without a value is a dash. */
  write(variables: (name: string) => string | undefined): string {
    let line = '';
    for (const { text, variable } of this.#parts) {
      line += text;
      if (variable) line += variables(variable) ?? '-';
    }
    return line;
  }
}
