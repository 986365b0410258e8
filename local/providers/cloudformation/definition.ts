import { brokenRules } from '../../assembly/conditions.ts';
import { inOrder } from '../../assembly/graph.ts';
import { chooseParameters, isSecret, type ParameterInput } from '../../assembly/parameters.ts';
import { plannedResources } from '../../assembly/plan.ts';
import { checkResourceTypes } from '../../assembly/resource-types.ts';
import { parseTemplate, type Template } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { openScope } from './scope.ts';
import type { StackDefinition, Tag } from './stack-document.ts';
import type { StackStore } from './stack-store.ts';
import { type TemplateSource, templateBodyOf } from './template-source.ts';

/** What CreateStack, UpdateStack and CreateChangeSet say of the stack they want. */
export interface DefinitionInput extends TemplateSource {
  readonly StackName: string;
  readonly Parameters?: readonly ParameterInput[] | '';
  readonly Tags?: readonly Tag[] | '';
  readonly Capabilities?: readonly string[] | '';
  readonly RoleARN?: string;
  readonly DisableRollback?: boolean | string;
  readonly OnFailure?: string;
}

/** The definition, checked as far as that goes without changing anything. */
export async function defineStack(
  host: Host,
  stacks: StackStore,
  input: DefinitionInput,
  current?: StackDefinition,
): Promise<StackDefinition> {
  const templateBody = await templateBodyOf(host, input, current?.templateBody);
  const template = parseTemplate(templateBody);
  checkResourceTypes(host, template);
  const capabilities = input.Capabilities || [];
  checkCapabilities(template, capabilities);
  const declared = Object.entries(template.Parameters ?? {});
  const definition: StackDefinition = {
    templateBody,
    parameters: chooseParameters(template, input.Parameters || [], current?.parameters ?? {}),
    secrets: declared.flatMap(([name, declaration]) => (isSecret(declaration) ? [name] : [])),
    ...(template.Description !== undefined && { description: template.Description }),
    tags: input.Tags || current?.tags || [],
    capabilities,
    ...(input.RoleARN !== undefined && { roleArn: input.RoleARN }),
    disableRollback: String(input.DisableRollback) === 'true' || input.OnFailure === 'DO_NOTHING',
  };
  await checkReferences(host, stacks, input.StackName, template, definition);
  return definition;
}

function checkCapabilities(template: Template, capabilities: readonly string[]): void {
  const resources = Object.values(template.Resources);
  const makesRoles = resources.some(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (!makesRoles || capabilities.some((name) => /^CAPABILITY_(NAMED_)?IAM$/.test(name))) return;
  throw new AwsError(
    'InsufficientCapabilitiesException',
    'Requires capabilities : [CAPABILITY_NAMED_IAM]',
  );
}

/** Rules that fail, references to nothing, and circles: all without touching a resource. */
async function checkReferences(
  host: Host,
  stacks: StackStore,
  stackName: string,
  template: Template,
  definition: StackDefinition,
): Promise<void> {
  const stack = {
    stackName,
    stackId: host.arn('cloudformation', `stack/${stackName}/undetermined`),
    document: { definition },
    resources: {},
  };
  const { scope } = await openScope(host, stacks, stack, template);
  const broken = brokenRules(template.Rules ?? {}, scope);
  if (broken.length > 0) throw new AwsError('ValidationError', broken.join('; '));
  const planned = plannedResources(template, scope);
  inOrder(new Map(planned.map(({ logicalId, dependsOn }) => [logicalId, dependsOn])));
}
