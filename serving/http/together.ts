import type { GatewayMiddleware } from './api-gateway.ts';

/** Two middlewares that never wait, as one: middy takes several turns of promises for each. */
export function together(outer: GatewayMiddleware, inner: GatewayMiddleware): GatewayMiddleware {
  return {
    before: (request) => {
      outer.before?.(request);
      inner.before?.(request);
    },
    after: (request) => {
      inner.after?.(request);
      outer.after?.(request);
    },
    onError: (request) => {
      inner.onError?.(request);
      outer.onError?.(request);
    },
  };
}
