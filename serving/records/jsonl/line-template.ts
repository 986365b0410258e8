import type { RowProgram, RowStep, RowTarget } from '../../codec/number-scanner/row-scanner.ts';
import { numericTypes } from '../../protocol/datatype-table.ts';
import { isObject } from '../../protocol/parameters.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { findSources } from '../columns/input-source.ts';
import type { RowSignature } from '../columns/row-signature.ts';
import type { Batch, Binding } from '../records.ts';
import { elementsOf, isNumber, membersOf, type Span } from './json-spans.ts';
import { holdsTensors } from './line-row.ts';

/** How the lines of a file look: those that look otherwise are read by the exact path. */
export interface LineTemplate {
  readonly program: RowProgram;
  /** What the line that it was made from gives; a line like it gives tensors of the same shapes. */
  readonly prototype: Batch;
  readonly carried: readonly CarriedHole[];
}

/** Where the scan leaves a carried column: a number of its own target, or the place in the text. */
export type CarriedHole =
  | { readonly kind: 'number'; readonly column: string; readonly target: number }
  | { readonly kind: 'scalar'; readonly column: string; readonly span: number };

/** What becomes of a member's value. */
type Role =
  | { readonly kind: 'numbers'; readonly target: number; readonly offset: number }
  | { readonly kind: 'carried'; readonly hole: CarriedHole };

/**
 * A template of a line that was read: its numbers and its members' single values become holes, and
 * all the rest has to be the same. Undefined for a line whose inputs are not all numbers.
 */
export function templateOf(
  line: Buffer,
  prototype: Batch,
  signature: RowSignature,
  binding: Binding,
): LineTemplate | undefined {
  if (prototype.inputs.some(({ datatype }) => datatype === 'BYTES')) return undefined;
  const text = line.toString('utf8');
  // These words are the only ones that were read and that JSON does not know; no hole takes them.
  const value: unknown = /NaN|Infinity/.test(text) ? undefined : JSON.parse(text);
  if (!isObject(value)) return undefined;
  const carried = binding.carried.map((column, index): CarriedHole => {
    const isNumeric = typeof value[column] === 'number';
    return isNumeric
      ? { kind: 'number', column, target: prototype.inputs.length + index }
      : { kind: 'scalar', column, span: index };
  });
  const roles = rolesOf(Object.keys(value), prototype, carried, signature, binding);
  const writer = new TemplateWriter(line, prototype, holdsTensors(value));
  if (!roles || !writer.line(roles)) return undefined;
  const program = {
    steps: writer.steps,
    targets: [...prototype.inputs.map(targetOf), ...carried.map(() => oneDouble)],
    spans: binding.carried.length,
    allowsRounding: prototype.inputs.every(isFloat),
  };
  return { program, prototype, carried };
}

const oneDouble: RowTarget = { numbers: 1, type: 'doubles' };

function targetOf({ datatype, data }: Tensor): RowTarget {
  return { numbers: data.length, type: datatype === 'FP32' ? 'singles' : 'doubles' };
}

function isFloat({ datatype }: Tensor): boolean {
  if (datatype === 'BYTES') return false;
  const { kind } = numericTypes[datatype];
  return kind === 'float' || kind === 'half';
}

/** By member. A member with two roles would be two holes in one place: no template then. */
function rolesOf(
  members: readonly string[],
  prototype: Batch,
  carried: readonly CarriedHole[],
  signature: RowSignature,
  binding: Binding,
): ReadonlyMap<string, Role> | undefined {
  const roles = new Map<string, Role>();
  let given = 0;
  const give = (member: string, role: Role) => {
    roles.set(member, role);
    given += 1;
  };
  for (const hole of carried) give(hole.column, { kind: 'carried', hole });
  const search = findSources(signature, binding, (column) => members.includes(column));
  // Where columns are missing, the line was a request: its tensors say themselves what they are.
  for (const source of 'sources' in search ? search.sources : []) {
    const target = prototype.inputs.findIndex(({ name }) => name === source.input.name);
    if (source.kind === 'whole') give(source.column, { kind: 'numbers', target, offset: 0 });
    else {
      source.columns.forEach((column, offset) => {
        give(column, { kind: 'numbers', target, offset });
      });
    }
  }
  return roles.size === given ? roles : undefined;
}

function carriedStep(hole: CarriedHole): RowStep {
  return hole.kind === 'number'
    ? { kind: 'numbers', count: 1, target: hole.target, offset: 0 }
    : { kind: 'scalar', span: hole.span };
}

class TemplateWriter {
  readonly steps: RowStep[] = [];
  readonly #line: Buffer;
  readonly #prototype: Batch;
  readonly #filled: number[];
  readonly #isRequest: boolean;
  #literalStart = 0;

  constructor(line: Buffer, prototype: Batch, isRequest: boolean) {
    this.#line = line;
    this.#isRequest = isRequest;
    this.#prototype = prototype;
    this.#filled = prototype.inputs.map(() => 0);
  }

  /** Whether the whole line could be described. */
  line(roles: ReadonlyMap<string, Role>): boolean {
    const seen = new Set<string>();
    for (const { key, value } of membersOf(this.#line, 0)) {
      // Of two members of one name the last counts; the scanner would take the first as well.
      if (seen.has(key)) return false;
      seen.add(key);
      const role = roles.get(key);
      if (!this.#member(key, role, value)) return false;
    }
    this.#literal(this.#line.length);
    return this.#prototype.inputs.every(({ data }, index) => data.length === this.#filled[index]);
  }

  #member(key: string, role: Role | undefined, value: Span): boolean {
    const isContainer = value.opens !== undefined;
    if (role?.kind === 'numbers') return this.#numbers(value, role.target, role.offset);
    if (this.#isRequest && !isContainer) {
      // Of a request these are checked: the id must be text, of the others null alone is as good as none.
      const span = role?.hole.kind === 'scalar' ? role.hole.span : undefined;
      if (key === 'id') this.#hole({ kind: 'string', span }, value);
      if (key === 'id' || key === 'parameters' || key === 'outputs') return key === 'id' || !role;
    }
    if (role) {
      if (isContainer) return false;
      this.#hole(carriedStep(role.hole), value);
      return true;
    }
    if (key === 'inputs' && value.opens === '[') return this.#request(value);
    // Single values of columns that nobody asks for differ from line to line as others do.
    if (!isContainer) this.#hole({ kind: 'scalar', span: undefined }, value);
    return true;
  }

  /** Of a request's tensors only the data may differ. */
  #request(inputs: Span): boolean {
    for (const input of elementsOf(this.#line, inputs.start)) {
      if (input.opens !== '{') return false;
      const members = [...membersOf(this.#line, input.start)];
      const named = members.find(({ key }) => key === 'name')?.value;
      const data = members.filter(({ key }) => key === 'data');
      if (
        !named ||
        data.length !== 1 ||
        new Set(members.map(({ key }) => key)).size < members.length
      ) {
        return false;
      }
      const name: unknown = JSON.parse(this.#line.toString('utf8', named.start, named.end));
      const target = this.#prototype.inputs.findIndex((tensor) => tensor.name === name);
      if (target < 0 || !this.#numbers((data[0] as { value: Span }).value, target, 0)) return false;
    }
    return true;
  }

  #numbers(value: Span, target: number, offset: number): boolean {
    if (value.opens === '{') return false;
    if (value.opens === undefined) {
      return isNumber(this.#line, value) && this.#run(value, 1, target, offset);
    }
    let at = offset;
    let run: Span | undefined;
    let count = 0;
    const end = (): boolean => {
      const ended = run === undefined || this.#run(run, count, target, at - count);
      run = undefined;
      count = 0;
      return ended;
    };
    for (const element of elementsOf(this.#line, value.start)) {
      if (element.opens !== undefined) {
        const before = this.#filled[target] as number;
        if (!end() || !this.#numbers(element, target, at)) return false;
        at += (this.#filled[target] as number) - before;
      } else {
        if (!isNumber(this.#line, element)) return false;
        run = { start: run?.start ?? element.start, end: element.end, opens: undefined };
        count += 1;
        at += 1;
      }
    }
    return end();
  }

  #run(span: Span, count: number, target: number, offset: number): boolean {
    this.#hole({ kind: 'numbers', count, target, offset }, span);
    this.#filled[target] = (this.#filled[target] as number) + count;
    return offset + count <= (this.#prototype.inputs[target]?.data.length ?? 0);
  }

  #hole(step: RowStep, { start, end }: Span): void {
    this.#literal(start);
    this.steps.push(step);
    this.#literalStart = end;
  }

  #literal(end: number): void {
    if (end === this.#literalStart) return;
    this.steps.push({
      kind: 'literal',
      bytes: Buffer.from(this.#line.subarray(this.#literalStart, end)),
    });
  }
}
