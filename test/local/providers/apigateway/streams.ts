/** What InvokeWithResponseStream answers when a function sends these parts. */
export function streamOf(parts: readonly string[]) {
  return { EventStream: events(parts, {}) };
}

/** The same, of a function that fails at the end. */
export function malformedStream(parts: readonly string[]) {
  return { EventStream: events(parts, { ErrorCode: 'Unhandled' }) };
}

async function* events(parts: readonly string[], InvokeComplete: object) {
  for (const part of parts) yield { PayloadChunk: { Payload: Buffer.from(part) } };
  yield { InvokeComplete };
}
