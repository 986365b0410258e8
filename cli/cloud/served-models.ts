import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { localParameters } from './local-parameters.ts';
import type { Place } from './place.ts';

/** The repository that the local cloud was started with; undefined on AWS. */
export async function servedModels(place: Place): Promise<string | undefined> {
  if (!place.local) return undefined;
  try {
    const answer = await new SSMClient({}).send(
      new GetParameterCommand({ Name: localParameters.models }),
    );
    return answer.Parameter?.Value;
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined;
    throw error;
  }
}
