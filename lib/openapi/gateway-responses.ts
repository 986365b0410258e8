import type { Config } from '../config/config.ts';

/**
 * Every answer that API Gateway gives by itself, in the protocol's form. Clients parse the body of any
 * error as JSON and read `error`; the gateway's own `{"message": ...}` would hide the cause from them.
 */
export function gatewayResponses(auth: Config['auth']): Record<string, unknown> {
  return Object.fromEntries(
    answers(auth).map(({ type, status, text, retryAfter }) => [
      type,
      {
        ...(status && { statusCode: status }),
        responseTemplates: { 'application/json': `{"error":${text}}` },
        ...(retryAfter && {
          responseParameters: { 'gatewayresponse.header.Retry-After': `'${retryAfter}'` },
        }),
      },
    ]),
  );
}

interface Answer {
  readonly type: string;
  /** @default - the gateway's own */
  readonly status?: number;
  /** JSON of the text: a quoted string, or a variable that the gateway quotes. */
  readonly text: string;
  readonly retryAfter?: number;
}

/** The gateway's own words, already quoted. */
const itsOwnWords = '$context.error.messageString';
const quoted = JSON.stringify;

function answers(auth: Config['auth']): readonly Answer[] {
  return [
    { type: 'DEFAULT_4XX', text: itsOwnWords },
    {
      type: 'DEFAULT_5XX',
      text: quoted(
        'The function behind this route failed without an answer, or is not deployed; request $context.requestId',
      ),
    },
    ...refusals(auth),
    ...tooMuch,
    ...badRequests,
    ...integrationFailures,
  ];
}

function refusals(auth: Config['auth']): readonly Answer[] {
  const proof =
    auth === 'iam'
      ? 'Sign the request with Signature Version 4 for the service execute-api'
      : 'Send a valid API key in the header x-api-key';
  // Without a signature the gateway cannot tell an unknown route from a request that it must refuse.
  const unknown =
    auth === 'iam'
      ? { status: 403, text: quoted(`No such route, or the request is not signed. ${proof}`) }
      : { status: 404, text: quoted('No such route; GET /v2/models lists the models') };
  return [
    { type: 'MISSING_AUTHENTICATION_TOKEN', ...unknown },
    { type: 'RESOURCE_NOT_FOUND', status: 404, text: quoted('No such route') },
    { type: 'INVALID_API_KEY', status: 403, text: quoted(`Forbidden. ${proof}`) },
    { type: 'UNAUTHORIZED', status: 401, text: quoted(`Unauthorized. ${proof}`) },
    { type: 'ACCESS_DENIED', status: 403, text: itsOwnWords },
    { type: 'INVALID_SIGNATURE', status: 403, text: itsOwnWords },
    { type: 'EXPIRED_TOKEN', status: 403, text: itsOwnWords },
    { type: 'AUTHORIZER_FAILURE', status: 500, text: itsOwnWords },
    { type: 'AUTHORIZER_CONFIGURATION_ERROR', status: 500, text: itsOwnWords },
    {
      type: 'WAF_FILTERED',
      status: 403,
      text: quoted('Refused by the firewall rules of this API'),
    },
  ];
}

const tooMuch: readonly Answer[] = [
  {
    type: 'THROTTLED',
    status: 429,
    text: quoted('Too many requests at once; try again in a second'),
    retryAfter: 1,
  },
  {
    type: 'QUOTA_EXCEEDED',
    status: 429,
    text: quoted("This API key's quota of requests is used up"),
  },
  {
    type: 'REQUEST_TOO_LARGE',
    status: 413,
    text: quoted(
      'The request is too large: at most 10 MB, and 6 MB as a function sees it, base64 included (4.5 MB of binary tensors); compress it, send several, run a batch job over the data, or put it into S3 for an asynchronous endpoint',
    ),
  },
];

const badRequests: readonly Answer[] = [
  { type: 'BAD_REQUEST_BODY', status: 400, text: itsOwnWords },
  { type: 'BAD_REQUEST_PARAMETERS', status: 400, text: itsOwnWords },
  { type: 'UNSUPPORTED_MEDIA_TYPE', status: 415, text: itsOwnWords },
];

const integrationFailures: readonly Answer[] = [
  {
    type: 'INTEGRATION_TIMEOUT',
    status: 504,
    text: quoted('No answer within the time limit of the model; request $context.requestId'),
  },
  {
    type: 'INTEGRATION_FAILURE',
    status: 502,
    text: quoted('The function behind this route cannot be reached; request $context.requestId'),
  },
  {
    type: 'API_CONFIGURATION_ERROR',
    status: 500,
    text: quoted('This API is misconfigured; request $context.requestId'),
  },
];
