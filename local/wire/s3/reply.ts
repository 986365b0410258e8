import { s3Document } from './xml.ts';

// biome-ignore lint/suspicious/noExplicitAny: an operation's output, in the SDK's shape.
type Output = any;

/** Operation -> its document's root element and content. */
const documents: Readonly<Record<string, readonly [string, (output: Output) => unknown]>> = {
  Error: ['Error', (output) => output],
  ListBuckets: [
    'ListAllMyBucketsResult',
    ({ Owner, Buckets }) => ({ Owner, Buckets: { Bucket: Buckets } }),
  ],
  ListObjectsV2: ['ListBucketResult', (output) => output],
  ListObjects: ['ListBucketResult', (output) => output],
  ListObjectVersions: [
    'ListVersionsResult',
    ({ Versions, ...rest }) => ({ ...rest, Version: Versions }),
  ],
  DeleteObjects: ['DeleteResult', ({ Deleted, Errors }) => ({ Deleted, Error: Errors })],
  CopyObject: ['CopyObjectResult', ({ CopyObjectResult }) => CopyObjectResult],
  CreateMultipartUpload: ['InitiateMultipartUploadResult', (output) => output],
  CompleteMultipartUpload: ['CompleteMultipartUploadResult', (output) => output],
  ListParts: ['ListPartsResult', ({ Parts, ...rest }) => ({ ...rest, Part: Parts })],
  ListMultipartUploads: [
    'ListMultipartUploadsResult',
    ({ Uploads, ...rest }) => ({ ...rest, Upload: Uploads }),
  ],
  GetBucketLocation: ['LocationConstraint', ({ LocationConstraint }) => LocationConstraint ?? ''],
  GetBucketVersioning: ['VersioningConfiguration', (output) => output],
  GetBucketEncryption: [
    'ServerSideEncryptionConfiguration',
    ({ ServerSideEncryptionConfiguration }) => ({ Rule: ServerSideEncryptionConfiguration.Rules }),
  ],
  GetBucketTagging: ['Tagging', ({ TagSet }) => ({ TagSet: { Tag: TagSet } })],
  GetPublicAccessBlock: [
    'PublicAccessBlockConfiguration',
    ({ PublicAccessBlockConfiguration }) => PublicAccessBlockConfiguration,
  ],
};

/** The XML document that an operation answers; undefined when it answers headers alone. */
export function documentOf(operation: string, output: Output): string | undefined {
  const document = documents[operation];
  return document && s3Document(document[0], document[1](output));
}
