import { deflateRawSync, gzipSync } from 'node:zlib';

/** A body that is wrong, or looks it, with the answer that it gets. */
export interface BodyCase {
  readonly name: string;
  readonly body: string | Uint8Array;
  readonly headers?: readonly string[];
  /** @default - inference by the model `matrix` */
  readonly path?: string;
  readonly status: number;
  readonly mention?: string;
}

const x = (data: string, shape = '[1,4]', more = '') =>
  `{"inputs":[{"name":"x","datatype":"FP32","shape":${shape},"data":${data}}]${more}}`;
const good = x('[1,2,3,4]');
const text = (element: string) =>
  `{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":[${element}]}]}`;
const long = (element: string) =>
  `{"inputs":[{"name":"x","datatype":"INT64","shape":[1],"data":[${element}]}]}`;
const gzipped = ['Content-Encoding: gzip'];
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const bytesModel = '/v2/models/identity-bytes/infer';
const longModel = '/v2/models/identity-int64/infer';
const index = '/v2/repository/index';
const mebibyte = 2 ** 20;

export function bodyCases(): readonly BodyCase[] {
  return [...noJson, ...oddJson(), ...encodings(), ...sizes()];
}

const noJson: readonly BodyCase[] = [
  { name: 'nothing', body: '', status: 400, mention: 'empty' },
  { name: 'blanks', body: '  ', status: 400, mention: 'not JSON' },
  { name: 'a byte order mark', body: `\ufeff${good}`, status: 400, mention: 'not JSON' },
  { name: 'UTF-16', body: Buffer.from(good, 'utf16le'), status: 400, mention: 'not JSON' },
  {
    name: 'a byte that no UTF-8 has',
    body: bytes('7b22ff223a317d'),
    status: 400,
    mention: 'UTF-8',
  },
  { name: 'overlong UTF-8', body: bytes('7b22c080223a317d'), status: 400, mention: 'UTF-8' },
  { name: 'a NUL after the JSON', body: `${good}\0`, status: 400, mention: 'not JSON' },
  { name: 'two JSON texts', body: good + good, status: 400, mention: 'not JSON' },
  { name: 'a comma too many', body: x('[1,2,3,4,]'), status: 400, mention: 'not JSON' },
  { name: 'a number with a leading zero', body: x('[01,2,3,4]'), status: 400, mention: 'not JSON' },
  { name: 'a hexadecimal number', body: x('[0x1,2,3,4]'), status: 400, mention: 'not JSON' },
  { name: 'a comment', body: x('[1,2,3,4/**/]'), status: 400, mention: 'not JSON' },
  { name: 'an index that is no JSON', path: index, body: '{', status: 400, mention: 'not JSON' },
  { name: 'an index that is a list', path: index, body: '[]', status: 400, mention: 'an array' },
];

const oddJson = (): readonly BodyCase[] => [
  { name: 'brackets 100 000 deep', body: '['.repeat(100_000), status: 400, mention: 'not JSON' },
  {
    name: 'objects 100 000 deep',
    body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    status: 400,
    mention: 'inputs',
  },
  {
    name: 'data 100 000 deep',
    body: x('['.repeat(100_000) + ']'.repeat(100_000)),
    status: 400,
    mention: 'nested',
  },
  {
    name: 'inputs of the prototype',
    body: `{"__proto__":${good}}`,
    status: 400,
    mention: 'inputs',
  },
  {
    name: 'a datatype of the prototype',
    body: good.replace('FP32', 'toString'),
    status: 400,
    mention: '"toString"',
  },
  { name: 'duplicate keys, the last one right', body: `{"inputs":1,${good.slice(1)}`, status: 200 },
  {
    name: 'half a surrogate pair',
    path: bytesModel,
    body: text('"\\ud800"'),
    status: 400,
    mention: 'surrogate',
  },
  {
    name: 'a NUL in a text',
    path: bytesModel,
    body: text('"a\\u0000b"'),
    status: 400,
    mention: 'NUL',
  },
  { name: 'a shape beyond counting', body: x('[]', '[1e400,4]'), status: 400, mention: 'shape[0]' },
  {
    name: 'a shape of 10 000 dimensions',
    body: x('[1]', `[${'1,'.repeat(9999)}1]`),
    status: 400,
    mention: 'shape',
  },
  { name: 'data that is an object', body: x('{"0":1}'), status: 400, mention: 'data' },
  {
    name: 'an integer of a million digits',
    path: longModel,
    body: long('9'.repeat(mebibyte)),
    status: 400,
    mention: 'data[0]',
  },
  {
    name: 'an integer of an endless exponent',
    path: longModel,
    body: long('1e-999999999'),
    status: 400,
    mention: 'data[0]',
  },
  {
    name: 'thousands of inputs',
    body: `{"inputs":[${`${good.slice(11, -2)},`.repeat(2000)}1]}`,
    status: 400,
    mention: 'inputs[2000]',
  },
];

const encodings = (): readonly BodyCase[] => {
  const length = (value: string) => [`Inference-Header-Content-Length: ${value}`];
  const lied = gzipSync(good);
  return [
    {
      name: 'an unknown encoding',
      body: good,
      headers: ['Content-Encoding: br'],
      status: 415,
      mention: '"br"',
    },
    {
      name: 'two encodings',
      body: good,
      headers: ['Content-Encoding: gzip, gzip'],
      status: 415,
      mention: 'gzip, gzip',
    },
    { name: 'an encoding that is not said', body: lied, status: 400, mention: 'Content-Encoding' },
    { name: 'an encoding said but not used', body: good, headers: gzipped, status: 200 },
    {
      name: 'deflate without the zlib frame',
      body: deflateRawSync(good),
      headers: ['Content-Encoding: deflate'],
      status: 400,
      mention: 'zlib',
    },
    {
      name: 'gzip cut short',
      body: lied.subarray(0, -9),
      headers: gzipped,
      status: 400,
      mention: 'Content-Encoding',
    },
    {
      name: 'gzip with a wrong checksum',
      body: Buffer.concat([lied.subarray(0, -8), Buffer.alloc(8)]),
      headers: gzipped,
      status: 400,
      mention: 'check',
    },
    {
      name: 'gzip of nothing',
      body: gzipSync(''),
      headers: gzipped,
      status: 400,
      mention: 'empty',
    },
    {
      name: 'a header length beyond the body',
      body: good,
      headers: length('99999'),
      status: 400,
      mention: 'in range',
    },
    {
      name: 'a header length below the JSON',
      body: good,
      headers: length('10'),
      status: 400,
      mention: 'not JSON',
    },
    {
      name: 'a negative header length',
      body: good,
      headers: length('-1'),
      status: 400,
      mention: '"-1"',
    },
    {
      name: 'an empty header length',
      body: good,
      headers: length(''),
      status: 400,
      mention: 'Inference-Header',
    },
  ];
};

const sizes = (): readonly BodyCase[] => {
  const bomb = (content: string, times: number) =>
    gzipSync(`{"inputs":[${content.repeat(times)}1]}`, { level: 1 });
  const most = 10 * mebibyte;
  return [
    { name: '4.5 MB', body: good + ' '.repeat(4_500_000), status: 200 },
    { name: '7 MB', body: ' '.repeat(7_000_000), status: 413, mention: '6 MB' },
    { name: '10 MiB', body: ' '.repeat(most), status: 413, mention: '6 MB' },
    { name: '10 MiB and a byte', body: ' '.repeat(most + 1), status: 413, mention: '10 MB' },
    {
      name: '11 MB, said and not sent',
      body: '',
      headers: ['Content-Length: 11000000'],
      status: 413,
      mention: '10 MB',
    },
    {
      name: 'a bomb of zeros',
      body: gzipSync(Buffer.alloc(65 * mebibyte), { level: 1 }),
      headers: gzipped,
      status: 413,
      mention: 'expands',
    },
    {
      name: 'a bomb of JSON',
      body: gzipSync(' '.repeat(17 * mebibyte), { level: 1 }),
      headers: gzipped,
      status: 413,
      mention: 'JSON',
    },
    {
      name: 'a bomb of objects',
      body: bomb('{},', 3 * mebibyte),
      headers: gzipped,
      status: 413,
      mention: 'objects',
    },
    {
      name: 'a bomb of arrays',
      body: bomb('[],', 3 * mebibyte),
      headers: gzipped,
      status: 413,
      mention: 'arrays',
    },
  ];
};
