/** How an object's bytes become requests. */
export interface RecordSettings {
  readonly isSplit: boolean;
  /** As many lines in a request as fit, instead of one. */
  readonly isGathered: boolean;
  readonly mostBytes: number;
}

const newline = 0x0a;

/** A request would be longer than the job allows. */
export class RecordTooLong extends Error {
  constructor(mostBytes: number) {
    super(`a record is longer than MaxPayloadInMB allows, which is ${mostBytes} bytes`);
  }
}

/** The requests of an object, in its order. */
export async function* recordsOf(
  body: AsyncIterable<Buffer>,
  settings: RecordSettings,
): AsyncGenerator<Buffer> {
  const { isSplit, isGathered, mostBytes } = settings;
  if (!isSplit) return yield await wholeOf(body, mostBytes);
  let gathered: Buffer[] = [];
  let size = 0;
  for await (const line of linesOf(body, mostBytes)) {
    const full = size > 0 && (!isGathered || size + line.length + 1 > mostBytes);
    if (full) {
      yield joined(gathered);
      gathered = [];
      size = 0;
    }
    gathered.push(line);
    size += line.length + 1;
  }
  if (gathered.length > 0) yield joined(gathered);
}

async function wholeOf(body: AsyncIterable<Buffer>, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostBytes) throw new RecordTooLong(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lines without their ends. */
async function* linesOf(body: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      if (end - start > mostBytes) throw new RecordTooLong(mostBytes);
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > mostBytes) throw new RecordTooLong(mostBytes);
  }
  if (rest.length > 0) yield rest;
}

function joined(lines: readonly Buffer[]): Buffer {
  if (lines.length === 1) return lines[0] as Buffer;
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.of(newline)]));
}
