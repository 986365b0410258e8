import { randomUUID } from 'node:crypto';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import type { DataCaptureSettings } from './endpoint-config-input.ts';
import { parseS3Uri } from './s3-location.ts';

/** Milliseconds of cloud time until what was captured is written, if it is little. */
const INTERVAL = 10_000;
/** So many records go into one file at most. */
const RECORDS_LIMIT = 100;

export interface Captured {
  readonly endpoint: string;
  readonly variant: string;
  readonly inferenceId?: string | undefined;
  readonly customAttributes?: string | undefined;
  readonly input: { readonly contentType?: string | undefined; readonly body: Buffer };
  readonly output?: { readonly contentType?: string | undefined; readonly body: Buffer };
}

interface File {
  readonly settings: DataCaptureSettings;
  readonly folder: string;
  readonly lines: string[];
}

/** Requests and answers on their way to S3, in the layout and the records of SageMaker's capture. */
export class DataCapture {
  readonly #host: Host;
  readonly #random: () => number;
  readonly #files = new Map<string, File>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(host: Host, random: () => number) {
    this.#host = host;
    this.#random = random;
  }

  /** Keeps it, or not, as the endpoint's settings and chance have it. */
  add(settings: DataCaptureSettings | undefined, captured: Captured): void {
    if (!settings?.EnableCapture) return;
    if (this.#random() * 100 >= settings.InitialSamplingPercentage) return;
    const folder = `${captured.endpoint}/${captured.variant}`;
    const file = this.#files.get(folder) ?? { settings, folder, lines: [] };
    this.#files.set(folder, file);
    file.lines.push(JSON.stringify(recordOf(settings, captured, this.#host.clock.now())));
    if (file.lines.length >= RECORDS_LIMIT) void this.flush();
    else {
      const { clock } = this.#host;
      this.#timer ??= clock.at(clock.now() + INTERVAL, () => void this.flush());
    }
  }

  /** Writes what has gathered; resolves when everything up to now is written. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) this.#writing = this.#writing.then(() => this.#write(file));
    return this.#writing;
  }

  async #write({ settings, folder, lines }: File): Promise<void> {
    try {
      const { Bucket, Key } = parseS3Uri(settings.DestinationS3Uri);
      const key = [Key.replace(/\/$/, ''), folder, fileName(this.#host.clock.now())];
      await this.#host.call('s3', 'PutObject', {
        Bucket,
        Key: key.filter(Boolean).join('/'),
        Body: `${lines.join('\n')}\n`,
        ContentType: 'application/jsonlines',
      });
    } catch (error) {
      this.#host.log.warn(`Captured data of ${folder} was lost: ${(error as Error).message}`);
    }
  }
}

/** `yyyy/mm/dd/hh/mm-ss-fff-<id>.jsonl` */
function fileName(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split('T');
  const [hour, minute, rest = ''] = clock.split(':');
  const [second, millisecond = ''] = rest.split('.');
  const name = [minute, second, millisecond.replace('Z', ''), randomUUID()].join('-');
  return `${date.replaceAll('-', '/')}/${hour}/${name}.jsonl`;
}

function recordOf(settings: DataCaptureSettings, captured: Captured, now: number) {
  const modes = settings.CaptureOptions.map(({ CaptureMode }) => CaptureMode);
  const keeps = (mode: 'Input' | 'Output') =>
    modes.includes(mode) || modes.includes('InputAndOutput');
  const { input, output, inferenceId, customAttributes } = captured;
  return {
    captureData: {
      ...(keeps('Input') && { endpointInput: observed('INPUT', input, settings) }),
      ...(output && keeps('Output') && { endpointOutput: observed('OUTPUT', output, settings) }),
    },
    eventMetadata: {
      eventId: randomUUID(),
      ...(inferenceId !== undefined && { inferenceId }),
      ...(customAttributes !== undefined && { customAttributes: [customAttributes] }),
      inferenceTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    eventVersion: '0',
  };
}

function observed(
  mode: 'INPUT' | 'OUTPUT',
  { contentType, body }: Captured['input'],
  { CaptureContentTypeHeader: types }: DataCaptureSettings,
) {
  const plain = contentType?.split(';', 1)[0]?.trim() ?? '';
  const encoding = types?.JsonContentTypes.includes(plain)
    ? 'JSON'
    : types?.CsvContentTypes.includes(plain)
      ? 'CSV'
      : 'BASE64';
  return {
    ...(contentType !== undefined && { observedContentType: contentType }),
    mode,
    data: body.toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
    encoding,
  };
}
