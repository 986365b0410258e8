import { AwsError } from '../host/aws-error.ts';
import { readBody } from './body.ts';
import { parseForm } from './form.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { contentOf, element } from './xml.ts';

/** AWS Query: a form in, XML out (CloudFormation, IAM, SNS, STS). */
export const awsQuery: Protocol = {
  async read({ request, url }) {
    const body = await readBody(request);
    const form = body.length > 0 ? new URLSearchParams(body.toString('utf8')) : url.searchParams;
    const { Action, Version: _version, ...input } = parseForm(form);
    if (typeof Action !== 'string') {
      throw new AwsError('MissingAction', 'The request names no Action', 400);
    }
    return { operation: Action, input };
  },

  reply(wire, { operation }, output) {
    const result = element(`${operation}Result`, output);
    const metadata = element('ResponseMetadata', { RequestId: wire.requestId });
    return xml(wire, 200, `<${operation}Response>${result}${metadata}</${operation}Response>`);
  },

  refuse(wire, error) {
    const body = contentOf({
      ErrorResponse: {
        Error: {
          Type: error.status < 500 ? 'Sender' : 'Receiver',
          Code: error.code,
          Message: error.message,
        },
        RequestId: wire.requestId,
      },
    });
    return xml(wire, error.status, body);
  },
};

function xml({ requestId }: WireRequest, status: number, body: string) {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body,
  };
}
