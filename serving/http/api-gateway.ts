import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Internal } from '../telemetry/request-log.ts';
import { errorReply, type HttpReply, type ProxyResult, toProxyResult } from './http-reply.ts';
import { fromProxyEvent } from './http-request.ts';

export type GatewayMiddleware = MiddlewareObj<
  unknown,
  HttpReply | ProxyResult,
  Error,
  Context,
  Internal
>;

/** Event to request before the handler, reply or error to proxy result after it. */
export function apiGateway(): GatewayMiddleware {
  return {
    before: (request) => {
      const { trace } = request.internal;
      const http = fromProxyEvent(request.event, request.context, trace);
      trace.method = http.method;
      trace.path = http.path;
      request.event = http;
    },
    after: (request) => {
      const reply = request.response as HttpReply;
      const { trace } = request.internal;
      request.response = toProxyResult(trace.method === 'HEAD' ? { ...reply, body: '' } : reply);
      trace.status = reply.status;
    },
    onError: (request) => {
      const reply = errorReply(request.error);
      const { trace } = request.internal;
      trace.status = reply.status;
      trace.errorCode = reply.code;
      trace.error = request.error;
      request.response = toProxyResult(reply);
    },
  };
}
