import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host } from './host.ts';
import type { AnswerTo, PlainRequest } from './plain-request.ts';

/**
 * One AWS service of the local cloud. Each provider folder has the same files: `index.ts` (this
 * object), `resources.ts` (CloudFormation wiring), `operations.ts` (the API) and a file per noun.
 */
export interface Provider {
  /** AWS API operations by name, for `host.call` and for the wire. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** CloudFormation resource types by name. */
  readonly resources: Readonly<Record<string, ResourceType>>;
  /** Where REST-protocol operations are on the wire; services with another protocol have none. */
  readonly routes?: readonly Route[];
  /** Answers HTTP requests that carry no AWS signature. Only API Gateway has it. */
  http?(request: IncomingMessage, response: ServerResponse): void;
  /** Answers such a request in plain form, or leaves it to `http` and says false. */
  plain?(request: PlainRequest, answer: AnswerTo): boolean;
  /** Takes up what a stop left behind. Called once, after every provider exists. */
  start?(): Promise<void>;
  /** Ends every process and timer it started. */
  stop?(): Promise<void>;
}

export type CreateProvider = (host: Host) => Provider;

/**
 * Input and output are the SDK's shapes for that operation. In outputs blobs are Buffers and
 * timestamps are Date objects; S3's streaming `Body` is a Readable that, as the SDK's, has
 * `transformToByteArray()` and `transformToString()`.
 *
 * Inputs from the wire are as untyped as their protocol: in JSON timestamps are numbers of seconds
 * and blobs base64; in query form numbers and booleans are strings too, and an empty list is ''.
 */
// biome-ignore lint/suspicious/noExplicitAny: each operation declares the members it reads; the wire cannot know them.
export type Operation = (input: any) => unknown;

/** How CloudFormation makes, changes and removes resources of one type. */
export interface ResourceType {
  /** Properties whose change makes a new resource instead of changing this one; 'any' for all. */
  readonly replaceOn?: readonly string[] | 'any';
  create(request: ResourceRequest): ResourceState | Promise<ResourceState>;
  /** Not called for a type that replaces on any change. */
  update?(
    request: ResourceRequest,
    current: CurrentResource,
  ): ResourceState | Promise<ResourceState>;
  delete(current: CurrentResource, request: DeleteRequest): void | Promise<void>;
}

export interface ResourceRequest {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Properties with every intrinsic function resolved. */
  // biome-ignore lint/suspicious/noExplicitAny: properties are what the template says; each type reads its own.
  readonly properties: Record<string, any>;
  /** The resource's UpdatePolicy attribute, resolved. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly updatePolicy?: Record<string, any>;
  /** True while CloudFormation undoes a failed change. */
  readonly rollingBack: boolean;
  /** Aborts when the deployment is cancelled or the cloud stops. */
  readonly signal: AbortSignal;
}

export interface DeleteRequest {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
}

export interface CurrentResource {
  readonly physicalId: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly properties: Record<string, any>;
  readonly attributes: Record<string, unknown>;
}

export interface ResourceState {
  /** What Ref gives. */
  readonly physicalId: string;
  /** What Fn::GetAtt gives, by attribute name. */
  readonly attributes?: Record<string, unknown>;
}

/** A REST-protocol operation's place on the wire (Lambda, API Gateway, Batch ...). */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** `/2015-03-31/functions/{FunctionName}/invocations`; a name in braces is an input member. */
  readonly path: string;
  readonly operation: string;
  /** Input member that receives the raw body as a Buffer, instead of JSON members. */
  readonly inputBlob?: string;
  /** Input members that arrive as headers or in the query string under another name. */
  readonly inputNames?: Readonly<Record<string, string>>;
  /** Status of a success; 200 unless given. */
  readonly status?: number;
  /** Output member that is sent as the HTTP status (Lambda's Invoke: StatusCode). */
  readonly outputStatus?: string;
  /** Output member that is sent as the raw body. */
  readonly outputBlob?: string;
  /** Output members that are sent as headers: member -> header name. */
  readonly outputHeaders?: Readonly<Record<string, string>>;
  /** Output members that have another name in the body: member -> name (API Gateway's lists). */
  readonly outputNames?: Readonly<Record<string, string>>;
}
