import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CommandError, exitCodes } from '../command-error.ts';
import type { Place } from './place.ts';
import { output, physicalId, type Stacks } from './stacks.ts';

/** How callers reach the deployed API. */
export interface ApiAccess {
  readonly endpoint: string;
  readonly apiKey: string;
}

/** Finds the API's address and its key through CloudFormation and API Gateway. */
export async function findApiAccess(place: Place, stacks: Stacks): Promise<ApiAccess> {
  const stack = await stacks.find(stacks.apiName);
  const endpoint = place.endpoint ?? output(stack, 'ApiUrl')?.replace(/\/$/, '');
  const keyId =
    stack && physicalId(await stacks.resources(stacks.apiName), 'AWS::ApiGateway::ApiKey');
  if (!endpoint || !keyId) {
    throw new CommandError(
      `No API with an API key is deployed as ${stacks.apiName} in ${place.name}.`,
      exitCodes.couldNotTry,
    );
  }
  const key = await new APIGatewayClient({}).send(
    new GetApiKeyCommand({ apiKey: keyId, includeValue: true }),
  );
  return { endpoint, apiKey: key.value ?? '' };
}
