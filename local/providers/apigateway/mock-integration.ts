import type { Integration } from './api-definition.ts';
import { malformed } from './proxy-response.ts';
import { JSON_TYPE, type Reply } from './reply.ts';

/**
 * A MOCK integration as CORS preflights use it: the request template names a status, the answer
 * for that status is fixed text. Templates that compute something are not run.
 */
export function mockReply(integration: Integration): Reply {
  const template = integration.requestTemplates?.[JSON_TYPE] ?? '{"statusCode":200}';
  // Templates are often written as loose JSON: { statusCode: 200 }
  const status = /"?statusCode"?\s*:\s*(\d{3})/.exec(template)?.[1];
  const { responses = {} } = integration;
  const answer = responses[status ?? ''] ?? Object.values(responses)[0];
  if (!answer) throw malformed();
  const headers = ['Content-Type', JSON_TYPE];
  for (const [target, source] of Object.entries(answer.responseParameters ?? {})) {
    const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
    const value = /^'(.*)'$/s.exec(source)?.[1];
    if (name && value !== undefined) headers.push(name, value);
  }
  const body = answer.responseTemplates?.[JSON_TYPE] ?? '';
  return { status: Number(answer.statusCode), headers, body };
}
