import type { IncomingHttpHeaders } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { AwsError } from '../../host/aws-error.ts';
import { readBody } from '../body.ts';
import type { Protocol, WireReply, WireRequest } from '../protocol.ts';
import { ChecksumVerifier } from './checksum.ts';
import { ChunkedDecoder } from './chunked.ts';
import { inputHeaders, inputParameters, outputHeaders } from './names.ts';
import { documentOf } from './reply.ts';
import { operationOf, targetOf } from './route.ts';
import { parseS3Xml } from './xml.ts';

/** Operations whose body is an object's data and is streamed. */
const streaming = new Set(['PutObject', 'UploadPart']);

/** S3's own REST protocol: XML documents, metadata in headers, data as the plain body. */
export const s3Xml: Protocol = {
  async read(wire) {
    const { request, url } = wire;
    const target = parseTarget(wire);
    const operation = operationOf(
      request.method ?? 'GET',
      target,
      url.searchParams,
      request.headers,
    );
    const input: Record<string, unknown> = {
      ...(target.bucket && { Bucket: target.bucket }),
      ...(target.key && { Key: target.key }),
      ...renamed(inputParameters, Object.fromEntries(url.searchParams)),
      ...headerMembers(request.headers),
    };
    if (streaming.has(operation)) addStream(input, wire);
    else if (operation === 'PutBucketPolicy') input.Policy = (await readBody(request)).toString();
    else Object.assign(input, documentMembers(operation, await readBody(request)));
    return { operation, input };
  },

  reply(wire, { operation }, output): WireReply {
    const headers = replyHeaders(wire, output);
    if (operation === 'GetObject') {
      return { status: output.ContentRange ? 206 : 200, headers, body: output.Body as Readable };
    }
    if (operation === 'HeadObject') return { status: 200, headers, body: '' };
    if (operation === 'GetBucketPolicy') {
      return { status: 200, headers, body: output.Policy as string };
    }
    const document = documentOf(operation, output);
    if (document === undefined) {
      const status = /^(Delete|Abort)/.test(operation) ? 204 : 200;
      return { status, headers, body: '' };
    }
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: document,
    };
  },

  refuse(wire, error) {
    const headers = { 'x-amz-request-id': wire.requestId, 'content-type': 'application/xml' };
    const silent = wire.request.method === 'HEAD' || error.status === 304;
    const body = silent
      ? ''
      : (documentOf('Error', {
          Code: error.code,
          Message: error.message,
          RequestId: wire.requestId,
        }) as string);
    return { status: error.status, headers, body };
  },
};

function parseTarget({ request, url }: WireRequest) {
  try {
    return targetOf(request.headers.host ?? '', url.pathname);
  } catch {
    throw new AwsError('InvalidURI', `The path ${url.pathname} is not percent-encoded`);
  }
}

/** The object's data without its framing, held against the checksum it came with. */
function addStream(input: Record<string, unknown>, { request }: WireRequest): void {
  const encodings = (request.headers['content-encoding'] ?? '').split(/\s*,\s*/).filter(Boolean);
  const kept = encodings.filter((encoding) => encoding !== 'aws-chunked');
  if (kept.length > 0) input.ContentEncoding = kept.join(',');
  const framed = String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-');
  const decoder = framed || kept.length < encodings.length ? new ChunkedDecoder() : undefined;
  const verifier = new ChecksumVerifier(request.headers, () => decoder?.trailers ?? {});
  // Whatever goes wrong on the way, an upload cut off included, reaches the reader of the body.
  pipeline([request, ...(decoder ? [decoder] : []), verifier], () => {});
  input.Body = verifier;
}

function headerMembers(headers: IncomingHttpHeaders): Record<string, unknown> {
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]);
  return {
    ...renamed(inputHeaders, headers),
    ...(metadata.length > 0 && { Metadata: Object.fromEntries(metadata) }),
  };
}

function renamed(
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(names)) {
    if (values[name] !== undefined) members[member] = values[name];
  }
  return members;
}

/** What an XML body says, under the member that the operation has for it. */
function documentMembers(operation: string, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const content = parseS3Xml(body);
  if (operation === 'DeleteObjects') {
    return { Delete: { Objects: content.Object ?? [], Quiet: content.Quiet === 'true' } };
  }
  if (operation === 'CompleteMultipartUpload') {
    return { MultipartUpload: { Parts: content.Part ?? [] } };
  }
  if (operation === 'PutBucketVersioning') return { VersioningConfiguration: content };
  if (operation === 'CreateBucket') return { CreateBucketConfiguration: content };
  return content;
}

function replyHeaders(
  { requestId }: WireRequest,
  output: Record<string, unknown>,
): Record<string, string> {
  const headers: Record<string, string> = { 'x-amz-request-id': requestId };
  for (const [member, name] of Object.entries(outputHeaders)) {
    const value = output[member];
    if (value === undefined || (member === 'Location' && output.ETag)) continue;
    headers[name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  for (const [name, value] of Object.entries(output.Metadata ?? {})) {
    headers[`x-amz-meta-${name}`] = String(value);
  }
  return headers;
}
