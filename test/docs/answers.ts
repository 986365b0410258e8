/** A JSON answer as it may be compared: identifiers are alike, numbers are cut to four digits. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(4));
  if (typeof value === 'string') return value.replace(uuid, '<id>');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The output that a text answer stands for: any number for each number, any bar for each bar,
 * `...` for anything in a line and, alone in a line, for any lines.
 */
export function textPattern(answer: string): RegExp {
  const lines = answer
    .trimEnd()
    .split('\n')
    .map((line) => {
      if (line.trim() === '...') return '(?:.*\n)*?';
      const parts = line.split(/(\.\.\.|\d+(?:[.,]\d+)*|[█░]+)/);
      return `${parts.map((part, at) => (at % 2 === 0 ? literal(part) : variable(part))).join('')}\\s*?\n`;
    });
  return new RegExp(`^${lines.join('')}\\s*$`);
}

function variable(part: string): string {
  if (part === '...') return '.*?';
  return /^\d/.test(part) ? '\\d+(?:[.,]\\d+)*' : '[█░]+';
}

function literal(text: string): string {
  return text.trimEnd() === '' ? text : text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
