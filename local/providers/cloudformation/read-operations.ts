import { isObject, parseTemplate, type Template } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { ChangeSetStore } from './change-set.ts';
import {
  describeEvent,
  describeResource,
  describeStack,
  summarizeResource,
  summarizeStack,
} from './describe.ts';
import type { Stacks } from './stack-operations.ts';
import { type TemplateSource, templateBodyOf } from './template-source.ts';

type Named = { readonly StackName: string };
type Paged = { readonly NextToken?: string };

const EVENTS_A_PAGE = 100;

/** Operations that show stacks as they are. */
export function createReadOperations({ stacks }: Stacks): Record<string, Operation> {
  return {
    DescribeStacks: ({ StackName }: Partial<Named>) => ({
      Stacks: (StackName ? [stacks.get(StackName)] : stacks.living()).map(describeStack),
    }),

    ListStacks: ({ StackStatusFilter }: { StackStatusFilter?: string[] | '' }) => ({
      StackSummaries: stacks
        .all()
        .filter(({ status }) => !StackStatusFilter || StackStatusFilter.includes(status))
        .map(summarizeStack),
    }),

    DescribeStackEvents: ({ StackName, NextToken }: Named & Paged) => {
      const stack = stacks.get(StackName);
      const { items, nextToken } = pageOf(stack.events.toReversed(), NextToken, EVENTS_A_PAGE);
      return {
        StackEvents: items.map((event) => describeEvent(stack, event)),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    DescribeStackResources: (input: Named & { LogicalResourceId?: string }) => {
      const stack = stacks.get(input.StackName);
      const chosen = Object.values(stack.resources).filter(
        ({ logicalId }) => !input.LogicalResourceId || logicalId === input.LogicalResourceId,
      );
      return { StackResources: chosen.map((record) => describeResource(stack, record)) };
    },

    DescribeStackResource: (input: Named & { LogicalResourceId: string }) => {
      const stack = stacks.get(input.StackName);
      const record = stack.resources[input.LogicalResourceId];
      if (record) return { StackResourceDetail: describeResource(stack, record) };
      throw new AwsError(
        'ValidationError',
        `Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`,
      );
    },

    ListStackResources: ({ StackName }: Named) => ({
      StackResourceSummaries: Object.values(stacks.get(StackName).resources).map(summarizeResource),
    }),

    ListExports: () => ({
      Exports: stacks.exports().map(({ stack, exportName, value }) => ({
        ExportingStackId: stack.stackId,
        Name: exportName,
        Value: value,
      })),
    }),

    ListImports: ({ ExportName }: { ExportName: string }) => ({
      Imports: stacks.importersOf(ExportName),
    }),
  };
}

/** Operations on templates as such. */
export function createTemplateOperations(
  { host, stacks }: Stacks,
  changeSets: ChangeSetStore,
): Record<string, Operation> {
  return {
    GetTemplate: (input: Named & { ChangeSetName?: string }) => {
      const { templateBody } = input.ChangeSetName
        ? changeSets.get(input.ChangeSetName, input.StackName).definition
        : stacks.get(input.StackName).document.definition;
      return { TemplateBody: templateBody, StagesAvailable: ['Original', 'Processed'] };
    },

    GetTemplateSummary: async (input: TemplateSource & Partial<Named>) => {
      const current = input.StackName
        ? stacks.get(input.StackName).document.definition.templateBody
        : undefined;
      const source = current === undefined ? input : { ...input, UsePreviousTemplate: true };
      return summarize(parseTemplate(await templateBodyOf(host, source, current)));
    },

    ValidateTemplate: async (input: TemplateSource) => {
      const template = parseTemplate(await templateBodyOf(host, input));
      const { Description, Parameters, Capabilities } = summarize(template);
      return { Description, Parameters, Capabilities };
    },
  };
}

function summarize(template: Template) {
  const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))];
  const makesRoles = types.some((type) => type.startsWith('AWS::IAM::'));
  return {
    ...(template.Description !== undefined && { Description: template.Description }),
    Parameters: Object.entries(template.Parameters ?? {}).map(([name, parameter]) => ({
      ParameterKey: name,
      ParameterType: parameter.Type,
      ...(parameter.Default !== undefined && { DefaultValue: String(parameter.Default) }),
      ...(parameter.Description !== undefined && { Description: parameter.Description }),
      NoEcho: String(parameter.NoEcho) === 'true',
      ...(isObject(parameter) &&
        parameter.AllowedValues && {
          ParameterConstraints: { AllowedValues: parameter.AllowedValues },
        }),
    })),
    Capabilities: makesRoles ? ['CAPABILITY_NAMED_IAM'] : [],
    ResourceTypes: types,
  };
}
