export interface Name {
  /** What makes two names the same. */
  readonly key: string;
  readonly json: string;
}

/** Names of headers already seen, as sent: clients send the same few with every request. */
const headerNames = new Map<string, Name>();
const NAMES_LIMIT = 500;

export function headerName(sent: string): Name {
  let name = headerNames.get(sent);
  if (!name) {
    name = { key: sent.toLowerCase(), json: quote(sent) };
    if (headerNames.size < NAMES_LIMIT) headerNames.set(sent, name);
  }
  return name;
}

/** Names with their values, as members of two JSON objects: the last value of each, and all of them. */
export class NameValueList {
  readonly #names: Name[] = [];
  /** JSON of each name's values. */
  readonly #values: string[][] = [];

  add(name: Name, value: string): void {
    const json = quote(value);
    for (let i = 0; i < this.#names.length; i++) {
      if (this.#names[i]?.key === name.key) {
        this.#values[i]?.push(json);
        return;
      }
    }
    this.#names.push(name);
    this.#values.push([json]);
  }

  single(): string {
    return this.#members((values) => values[values.length - 1] as string);
  }

  multiple(): string {
    return this.#members((values) => `[${values.length === 1 ? values[0] : values.join()}]`);
  }

  #members(toValue: (values: readonly string[]) => string): string {
    let members = '';
    for (let i = 0; i < this.#names.length; i++) {
      const value = toValue(this.#values[i] as string[]);
      members += `${i === 0 ? '' : ','}${this.#names[i]?.json}:${value}`;
    }
    return members;
  }
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** JSON.stringify of a text, quicker for the usual one. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
