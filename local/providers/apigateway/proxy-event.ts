import type { IncomingMessage } from 'node:http';

/** What of an event is the same for all requests of one method. */
export interface EventFrame {
  readonly resource: string;
  /** Members of requestContext that do not change, as JSON without braces. */
  readonly context: string;
  readonly stageVariables: string;
  readonly stage: string;
}

export interface EventRequest {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: string;
  readonly parameters: readonly (readonly [string, string])[] | undefined;
  readonly body: Buffer;
  readonly binary: boolean;
  readonly requestId: string;
  readonly traceId: string;
  readonly time: number;
  readonly apiKey: { readonly id: string; readonly value: string } | undefined;
  readonly accessKey: string | undefined;
}

/** Below this, one string is quicker than three writes. */
const SMALL = 64 * 1024;

/**
 * The event of a Lambda proxy integration, as JSON bytes. It is put together from text: building
 * an object first costs several times as much, and copies a large body once more.
 */
export function proxyEvent(frame: EventFrame, given: EventRequest): Buffer {
  const head = eventHead(frame, given);
  const { body, binary } = given;
  if (body.length === 0) return Buffer.from(`${head}null,"isBase64Encoded":false}`);
  if (!binary) {
    return Buffer.from(`${head}${JSON.stringify(body.toString())},"isBase64Encoded":false}`);
  }
  const encoded = body.toString('base64');
  const tail = '","isBase64Encoded":true}';
  if (encoded.length < SMALL) return Buffer.from(`${head}"${encoded}${tail}`);
  const start = Buffer.from(`${head}"`);
  const event = Buffer.allocUnsafe(start.length + encoded.length + tail.length);
  start.copy(event);
  event.write(encoded, start.length, 'latin1');
  event.write(tail, start.length + encoded.length, 'latin1');
  return event;
}

function eventHead(frame: EventFrame, given: EventRequest): string {
  const { request, path, requestId, time, apiKey, accessKey } = given;
  const { headers, multiValueHeaders, userAgent, host } = headersOf(given);
  const { single, multiple } = queryOf(given.query);
  const quotedPath = quote(path);
  const quotedId = quote(requestId);
  const key = apiKey ? `,"apiKey":${quote(apiKey.value)},"apiKeyId":${quote(apiKey.id)}` : '';
  const identity = `{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,"sourceIp":${quote(sourceIp(request))},"principalOrgId":null,"accessKey":${accessKey ? quote(accessKey) : 'null'},"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null,"userAgent":${userAgent},"user":null${key}}`;
  const context = `{${frame.context},"path":${quote(`/${frame.stage}${path}`)},"httpMethod":${quote(request.method ?? '')},"requestId":${quotedId},"extendedRequestId":${quotedId},"requestTime":"${requestTime(time)}","requestTimeEpoch":${Math.floor(time)},"domainName":${host},"identity":${identity}}`;
  return `{"resource":${frame.resource},"path":${quotedPath},"httpMethod":${quote(request.method ?? '')},"headers":${headers},"multiValueHeaders":${multiValueHeaders},"queryStringParameters":${single},"multiValueQueryStringParameters":${multiple},"pathParameters":${parametersOf(given.parameters)},"stageVariables":${frame.stageVariables},"requestContext":${context},"body":`;
}

/** The headers as sent, in their own case, and those that API Gateway adds. */
function headersOf({ request, traceId }: EventRequest) {
  const raw = request.rawHeaders;
  const list = new NameValueList();
  for (let i = 0; i < raw.length; i += 2) {
    const name = headerName(raw[i] as string);
    if (name.key === 'connection' || name.key === 'content-length') continue;
    list.add(name, raw[i + 1] as string);
  }
  list.add(headerName('X-Forwarded-For'), sourceIp(request));
  list.add(headerName('X-Forwarded-Port'), String(request.socket.localPort));
  list.add(headerName('X-Forwarded-Proto'), 'http');
  list.add(headerName('X-Amzn-Trace-Id'), traceId);
  const userAgent = request.headers['user-agent'];
  return {
    headers: list.single(),
    multiValueHeaders: list.multiple(),
    userAgent: userAgent === undefined ? 'null' : quote(userAgent),
    host: quote(request.headers.host ?? 'localhost'),
  };
}

function queryOf(query: string): { single: string; multiple: string } {
  if (query === '') return { single: 'null', multiple: 'null' };
  const list = new NameValueList();
  for (const [name, value] of new URLSearchParams(query)) {
    list.add({ key: name, json: quote(name) }, value);
  }
  return { single: list.single(), multiple: list.multiple() };
}

function parametersOf(parameters: EventRequest['parameters']): string {
  if (!parameters) return 'null';
  return `{${parameters.map(([name, value]) => `${quote(name)}:${quote(value)}`).join()}}`;
}

interface Name {
  /** What makes two names the same. */
  readonly key: string;
  readonly json: string;
}

/** Names of headers already seen, as sent: clients send the same few with every request. */
const headerNames = new Map<string, Name>();
const NAMES_LIMIT = 500;

function headerName(sent: string): Name {
  let name = headerNames.get(sent);
  if (!name) {
    name = { key: sent.toLowerCase(), json: quote(sent) };
    if (headerNames.size < NAMES_LIMIT) headerNames.set(sent, name);
  }
  return name;
}

/** Names with their values, as two JSON objects: the last value of each, and all of them. */
class NameValueList {
  readonly #names: Name[] = [];
  /** JSON of each name's values. */
  readonly #values: string[][] = [];

  add(name: Name, value: string): void {
    const json = quote(value);
    for (let i = 0; i < this.#names.length; i++) {
      if (this.#names[i]?.key === name.key) {
        this.#values[i]?.push(json);
        return;
      }
    }
    this.#names.push(name);
    this.#values.push([json]);
  }

  single(): string {
    return this.#object((values) => values[values.length - 1] as string);
  }

  multiple(): string {
    return this.#object((values) => `[${values.length === 1 ? values[0] : values.join()}]`);
  }

  #object(toValue: (values: readonly string[]) => string): string {
    let members = '';
    for (let i = 0; i < this.#names.length; i++) {
      const value = toValue(this.#values[i] as string[]);
      members += `${i === 0 ? '' : ','}${this.#names[i]?.json}:${value}`;
    }
    return `{${members}}`;
  }
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** JSON.stringify of a text, quicker for the usual one. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const formatted = { second: -1, text: '' };

/** `09/Apr/2026:12:34:56 +0000`; put together once a second. */
export function requestTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== formatted.second) {
    const [day = '', clock = ''] = new Date(second * 1000).toISOString().split('T');
    const [year = '', month = '', date = ''] = day.split('-');
    formatted.second = second;
    formatted.text = `${date}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
  }
  return formatted.text;
}
