import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AwsError } from '../../host/aws-error.ts';
import { escapeXml } from '../xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
/** Elements that may come once and are lists all the same. */
const lists = new Set(['Object', 'Part', 'Tag', 'Rule']);

const parser = new XMLParser({
  parseTagValue: false,
  htmlEntities: true,
  isArray: (name) => lists.has(name),
});

/** The content of the document's root element. */
export function parseS3Xml(body: Buffer): Record<string, unknown> {
  const text = body.toString('utf8');
  if (XMLValidator.validate(text) !== true) {
    throw new AwsError('MalformedXML', 'The body is not well-formed XML');
  }
  const { '?xml': _declaration, ...document } = parser.parse(text);
  const [root] = Object.values(document);
  return typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {};
}

/** A document in S3's form: a list is its element repeated. */
export function s3Document(root: string, content: unknown): string {
  const body = typeof content === 'object' ? members(content as object) : escapeXml(`${content}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${body}</${root}>`;
}

function members(value: object): string {
  return Object.entries(value)
    .flatMap(([name, item]) => (Array.isArray(item) ? item : [item]).map((one) => tag(name, one)))
    .join('');
}

function tag(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') return `<${name}>${members(value)}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}
