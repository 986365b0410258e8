import { AwsError } from '../../host/aws-error.ts';
import { generatedName } from '../../host/generated-name.ts';
import type { Host } from '../../host/host.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import { withSmallLetters } from './member-names.ts';
import type { MachineChange, StateMachine, StateMachines } from './state-machine.ts';

export function statesResources(host: Host, machines: StateMachines): Record<string, ResourceType> {
  const stateOf = ({ arn, name, revision }: StateMachine) => ({
    physicalId: arn,
    attributes: { Arn: arn, Name: name, StateMachineRevisionId: String(revision) },
  });
  return {
    'AWS::StepFunctions::StateMachine': {
      replaceOn: ['StateMachineName', 'StateMachineType'],
      create: async (request) => {
        const { properties } = request;
        if (properties.StateMachineType === 'EXPRESS') {
          throw new AwsError('InvalidStateMachineType', 'The local cloud runs STANDARD ones only');
        }
        const name = properties.StateMachineName ?? generatedName(request, 80);
        const given = await described(host, request);
        return stateOf(await machines.create({ ...given, name, type: 'STANDARD' }));
      },
      update: async (request, { physicalId }) =>
        stateOf(await machines.update(physicalId, await described(host, request))),
      delete: ({ physicalId }) => machines.delete(physicalId),
    },
  };
}

async function described(host: Host, { properties }: ResourceRequest) {
  const { LoggingConfiguration, TracingConfiguration, Tags, RoleArn } = properties;
  return {
    definition: await definitionOf(host, properties),
    roleArn: RoleArn as string,
    loggingConfiguration: withSmallLetters(LoggingConfiguration),
    tracingConfiguration: withSmallLetters(TracingConfiguration),
    tags: withSmallLetters(Tags ?? []) as StateMachine['tags'],
  } satisfies MachineChange;
}

async function definitionOf(
  host: Host,
  properties: ResourceRequest['properties'],
): Promise<string> {
  const { DefinitionString, Definition, DefinitionS3Location, DefinitionSubstitutions } =
    properties;
  let text: string;
  if (DefinitionString !== undefined) text = DefinitionString;
  else if (Definition !== undefined) text = JSON.stringify(Definition);
  else {
    const { Body } = await host.call<{ Body: { transformToString(): Promise<string> } }>(
      's3',
      'GetObject',
      DefinitionS3Location,
    );
    text = await Body.transformToString();
  }
  return text.replaceAll(/\$\{(\w+)\}/g, (whole, name) =>
    String(DefinitionSubstitutions?.[name] ?? whole),
  );
}
