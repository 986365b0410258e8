import type { Exchange } from './exchange.ts';
import { type Variable, variableNamed } from './variables.ts';

const NAME = 'context(?:\\.[A-Za-z0-9_-]+)+';
const VARIABLE = new RegExp(`\\$(?:\\{(${NAME})\\}|(${NAME}))`, 'g');

/** A stage's access log format, cut into variables with the text before each. */
export class AccessLogFormat {
  readonly #parts: { readonly text: string; readonly variable: Variable }[] = [];
  readonly #end: string;

  constructor(format: string) {
    let end = 0;
    for (const found of format.matchAll(VARIABLE)) {
      const variable = variableNamed((found[1] ?? found[2]) as string);
      this.#parts.push({ text: format.slice(end, found.index), variable });
      end = found.index + found[0].length;
    }
    this.#end = format.slice(end);
  }

  /** One line; a variable without a value is a dash. */
  write(exchange: Exchange, now: number): string {
    let line = '';
    for (const { text, variable } of this.#parts) line += text + (variable(exchange, now) ?? '-');
    return line + this.#end;
  }
}
