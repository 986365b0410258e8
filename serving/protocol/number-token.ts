/**
 * A number that a JavaScript number cannot stand for: NaN and the infinities (which JSON does not
 * know), numbers beyond the range of a double, and fractions that a double would round to an integer.
 */
export class NumberToken {
  /** The number as the request spells it. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
