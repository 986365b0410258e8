import { Aws } from 'aws-cdk-lib';

/**
 * ARN of a function in this account and region, said by its name. A reference would tie the API's
 * stack to the model's.
 */
export function functionArn(name: string, alias?: string): string {
  const qualifier = alias ? `:${alias}` : '';
  return `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:${name}${qualifier}`;
}

/** What API Gateway calls to invoke a function. */
export function invocationUri(arn: string): string {
  return `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
