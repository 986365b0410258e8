export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** An answer that is wrong would be no use at any speed: throws unless it holds these numbers. */
export function checkAnswer(result: LambdaResult, expected: ArrayLike<number>): void {
  checkNumbers(scoresOf(result), expected);
}

export function scoresOf({ statusCode, headers, body, isBase64Encoded }: LambdaResult) {
  if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
  return numbersOf(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'), headers);
}

export function checkNumbers(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  if (found.length !== expected.length) {
    throw new Error(`The answer has ${found.length} numbers, but ${expected.length} are right`);
  }
  for (let index = 0; index < expected.length; index += 1) {
    const [value, right] = [found[index] as number, expected[index] as number];
    // A graph that was optimized differently may add up in another order.
    if (Math.abs(value - right) <= 1e-4 + 1e-3 * Math.abs(right)) continue;
    throw new Error(`Number ${index} of the answer is ${value}, but ${right} is right`);
  }
}

const headerLength = 'inference-header-content-length';

/** The numbers of the last output, wherever it stands: all models here answer their scores last. */
export function numbersOf(
  body: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
): ArrayLike<number> {
  const length = Number(headers[headerLength] ?? body.length);
  const { outputs } = JSON.parse(body.toString('utf8', 0, length));
  const output = outputs.at(-1);
  const size = output.parameters?.binary_data_size;
  if (size === undefined) return output.data;
  return new Float32Array(Uint8Array.from(body.subarray(body.length - size)).buffer);
}
