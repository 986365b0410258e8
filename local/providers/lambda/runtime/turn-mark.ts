/**
 * With the request's id behind it, a line that the runtime prints when it begins with an event while lines
 * of the one before may not have been read yet: what was printed before belongs to that one. No log shows it.
 */
export const TURN_MARK = '\u0000siskin:turn:';
