import { LARGE, type Places } from '../../host/places.ts';
import type { RequestHead } from '../../host/plain-request.ts';
import { base64Length, writeBase64 } from './base64.ts';
import { ByteTemplate, type Piece } from './byte-template.ts';
import { headerName, NameValueList, quote } from './name-value-list.ts';
import { requestTime } from './request-time.ts';

/** What of an event is the same for all requests of one method. */
export interface EventFrame {
  readonly resource: string;
  /** Members of requestContext that do not change, as JSON without braces. */
  readonly context: string;
  readonly stageVariables: string;
  readonly stage: string;
}

interface ApiKey {
  readonly id: string;
  readonly value: string;
}

/** What of an event is the same for all requests with one head. */
export interface EventSource {
  readonly head: RequestHead;
  readonly path: string;
  readonly query: string;
  readonly parameters: readonly (readonly [string, string])[] | undefined;
  /** The body goes as base64. */
  readonly binary: boolean;
  readonly apiKey: ApiKey | undefined;
  readonly accessKey: string | undefined;
}

export interface EventRequest {
  readonly requestId: string;
  readonly traceId: string;
  readonly startedAt: number;
}

/** Room for `Root=1-`, eight digits, a hyphen and 24 digits. */
const TRACE_ROOM = 40;
const ID_ROOM = 36;
/** `09/Apr/2026:12:34:56 +0000` */
const TIME_ROOM = 26;
/** Milliseconds since the epoch, until 2286. */
const EPOCH_ROOM = 13;
const TAIL = '","isBase64Encoded":true}';

/**
 * The events of a Lambda proxy integration, as JSON bytes. They are put together from text: building
 * an object first costs several times as much, and copies a large body once more.
 */
export class EventTemplate {
  readonly #source: EventSource;
  /** Whether the caller has chosen the trace, which then stands among the headers. */
  readonly #isTraced: boolean;
  /** All before the body. */
  readonly #head: ByteTemplate;

  constructor(frame: EventFrame, source: EventSource) {
    this.#source = source;
    this.#isTraced = typeof source.head.headers['x-amzn-trace-id'] === 'string';
    this.#head = new ByteTemplate(piecesOf(frame, source, this.#isTraced));
  }

  /** Whether requests that this caller makes have it. */
  isFor(apiKey: ApiKey | undefined, accessKey: string | undefined): boolean {
    return apiKey === this.#source.apiKey && accessKey === this.#source.accessKey;
  }

  /** A large one is in one of the places. */
  event(request: EventRequest, body: Buffer, places: Places): Buffer {
    if (body.length === 0) return this.#with(request, 'null,"isBase64Encoded":false}');
    if (!this.#source.binary) {
      const text = JSON.stringify(body.toString());
      return this.#with(request, `${text},"isBase64Encoded":false}`);
    }
    const start = this.#head.length + 1;
    const size = start + base64Length(body.length) + TAIL.length;
    const event = body.length < LARGE ? Buffer.allocUnsafe(size) : places.take(size);
    this.#begin(event, request);
    event.write('"', start - 1, 'latin1');
    const end = writeBase64(body, event, start);
    event.write(TAIL, end, 'latin1');
    return event;
  }

  #with(request: EventRequest, rest: string): Buffer {
    const event = Buffer.allocUnsafe(this.#head.length + Buffer.byteLength(rest));
    this.#begin(event, request);
    event.write(rest, this.#head.length);
    return event;
  }

  #begin(event: Buffer, { requestId, traceId, startedAt }: EventRequest): void {
    const time = requestTime(startedAt);
    const epoch = String(Math.floor(startedAt));
    const ids = [requestId, requestId, time, epoch];
    this.#head.copyTo(event, this.#isTraced ? ids : [traceId, traceId, ...ids]);
  }
}

function piecesOf(frame: EventFrame, source: EventSource, isTraced: boolean): Piece[] {
  const { head, path } = source;
  const list = headersOf(head, isTraced);
  const { single, multiple } = queryOf(source.query);
  const method = quote(head.method ?? '');
  const context = `{${frame.context},"path":${quote(`/${frame.stage}${path}`)},"httpMethod":${method},"requestId":"`;
  const newTrace = isTraced ? [] : [`,${TRACE.json}:"`, TRACE_ROOM, '"'];
  const newTraces = isTraced ? [] : [`,${TRACE.json}:["`, TRACE_ROOM, '"]'];
  return [
    `{"resource":${frame.resource},"path":${quote(path)},"httpMethod":${method},"headers":{${list.single()}`,
    ...newTrace,
    `},"multiValueHeaders":{${list.multiple()}`,
    ...newTraces,
    `},"queryStringParameters":${single},"multiValueQueryStringParameters":${multiple},"pathParameters":${parametersOf(source.parameters)},"stageVariables":${frame.stageVariables},"requestContext":${context}`,
    ID_ROOM,
    '","extendedRequestId":"',
    ID_ROOM,
    '","requestTime":"',
    TIME_ROOM,
    '","requestTimeEpoch":',
    EPOCH_ROOM,
    `,"domainName":${quote(head.headers.host ?? 'localhost')},"identity":${identityOf(source)}},"body":`,
  ];
}

const TRACE = headerName('X-Amzn-Trace-Id');

/** The headers as sent, in their own case, and those that API Gateway adds; a new trace comes last. */
function headersOf(head: RequestHead, isTraced: boolean): NameValueList {
  const { rawHeaders, socket } = head;
  const list = new NameValueList();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = headerName(rawHeaders[i] as string);
    if (name.key === 'connection' || name.key === 'content-length') continue;
    list.add(name, rawHeaders[i + 1] as string);
  }
  list.add(headerName('X-Forwarded-For'), sourceIp(head));
  list.add(headerName('X-Forwarded-Port'), String(socket.localPort));
  list.add(headerName('X-Forwarded-Proto'), 'http');
  if (isTraced) list.add(TRACE, head.headers['x-amzn-trace-id'] as string);
  return list;
}

function identityOf({ head, apiKey, accessKey }: EventSource): string {
  const userAgent = head.headers['user-agent'];
  const key = apiKey ? `,"apiKey":${quote(apiKey.value)},"apiKeyId":${quote(apiKey.id)}` : '';
  return `{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,"sourceIp":${quote(sourceIp(head))},"principalOrgId":null,"accessKey":${quoteOrNull(accessKey)},"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null,"userAgent":${quoteOrNull(userAgent)},"user":null${key}}`;
}

function queryOf(query: string): { single: string; multiple: string } {
  if (query === '') return { single: 'null', multiple: 'null' };
  const list = new NameValueList();
  for (const [name, value] of new URLSearchParams(query)) {
    list.add({ key: name, json: quote(name) }, value);
  }
  return { single: `{${list.single()}}`, multiple: `{${list.multiple()}}` };
}

function parametersOf(parameters: EventSource['parameters']): string {
  if (!parameters) return 'null';
  return `{${parameters.map(([name, value]) => `${quote(name)}:${quote(value)}`).join()}}`;
}

function quoteOrNull(text: string | undefined): string {
  return text === undefined ? 'null' : quote(text);
}

export function sourceIp({ socket }: RequestHead): string {
  return (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}
