/**
 * The part of an API Gateway REST proxy event (payload version 1) that the functions read. Who
 * invokes a model's function without the gateway, such as the pre-traffic check, builds one of these.
 */
export interface ProxyEvent {
  readonly httpMethod: string;
  /** Percent-encoded, as the caller sent it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** An inference on one version, its request in JSON form. */
export function inferenceEvent(model: string, version: string, request: unknown): ProxyEvent {
  const name = encodeURIComponent(model);
  return {
    httpMethod: 'POST',
    path: `/v2/models/${name}/versions/${encodeURIComponent(version)}/infer`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    isBase64Encoded: false,
  };
}
