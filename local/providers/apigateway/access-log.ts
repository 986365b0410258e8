const NAME = 'context(?:\\.[A-Za-z0-9_-]+)+';
const VARIABLE = new RegExp(`\\$(?:\\{(${NAME})\\}|(${NAME}))`, 'g');

/** A stage's access log format, cut into text and the variables in between. */
export class AccessLogFormat {
  readonly #parts: { readonly text: string; readonly variable: string | undefined }[] = [];

  constructor(format: string) {
    let end = 0;
    for (const found of format.matchAll(VARIABLE)) {
      this.#parts.push({ text: format.slice(end, found.index), variable: found[1] ?? found[2] });
      end = found.index + found[0].length;
    }
    this.#parts.push({ text: format.slice(end), variable: undefined });
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
