/** The kinds of errors that API Gateway itself answers, with the status and text that AWS gives them. */
const KINDS = {
  ACCESS_DENIED: [403, 'Access Denied'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error'],
  BAD_REQUEST_BODY: [400, 'Invalid request body'],
  DEFAULT_4XX: [400, 'Bad Request'],
  DEFAULT_5XX: [500, 'Internal server error'],
  INTEGRATION_FAILURE: [504, 'Internal server error'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  INVALID_API_KEY: [403, 'Forbidden'],
  INVALID_SIGNATURE: [403, 'Forbidden'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  QUOTA_EXCEEDED: [429, 'Limit Exceeded'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  THROTTLED: [429, 'Too Many Requests'],
} as const;

export type GatewayErrorType = keyof typeof KINDS;

/** A request that the gateway answers itself. */
export class GatewayError extends Error {
  readonly type: GatewayErrorType;
  readonly status: number;

  constructor(type: GatewayErrorType, message?: string, status?: number) {
    super(message ?? KINDS[type][1]);
    this.type = type;
    this.status = status ?? KINDS[type][0];
  }
}

/** The caller has gone: there is nobody to answer. */
export class ClientGone extends Error {}
