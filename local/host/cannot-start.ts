/** The cloud cannot start for a reason outside it; the message is for the person who started it. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}
