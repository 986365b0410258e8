import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStacks,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

import { type Names, namesOf } from '../../lib/config/names.ts';
import { stackTags } from '../../serving/contract/stack-tags.ts';

/** The deployed stacks of one stage, read through CloudFormation. */
export class Stacks {
  readonly #client: CloudFormationClient;
  readonly #names: Names;
  readonly #prefix: string;

  constructor(stage: string, client = new CloudFormationClient({})) {
    this.#client = client;
    this.#names = namesOf(stage);
    this.#prefix = `siskin-${stage}-`;
  }

  get platformName(): string {
    return this.#names.platformStack;
  }

  get apiName(): string {
    return this.#names.apiStack;
  }

  modelStackName(awsName: string): string {
    return this.#names.modelStack(awsName);
  }

  isModelStack(name: string): boolean {
    return name.startsWith(this.#names.modelStack(''));
  }

  /** Every stack of the stage that is there, by name. */
  async list(): Promise<Map<string, Stack>> {
    const found = new Map<string, Stack>();
    for await (const page of paginateDescribeStacks({ client: this.#client }, {})) {
      for (const stack of page.Stacks ?? []) {
        const name = stack.StackName ?? '';
        if (name.startsWith(this.#prefix) && stack.StackStatus !== 'DELETE_COMPLETE') {
          found.set(name, stack);
        }
      }
    }
    return found;
  }

  async find(name: string): Promise<Stack | undefined> {
    try {
      const answer = await this.#client.send(new DescribeStacksCommand({ StackName: name }));
      return answer.Stacks?.[0];
    } catch (error) {
      if ((error as Error).name === 'ValidationError') return undefined;
      throw error;
    }
  }

  /** The template as it was deployed. */
  async template(name: string): Promise<unknown> {
    const answer = await this.#client.send(
      new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
    );
    return JSON.parse(answer.TemplateBody ?? '{}');
  }

  async resources(name: string): Promise<StackResourceSummary[]> {
    const all: StackResourceSummary[] = [];
    const pages = paginateListStackResources({ client: this.#client }, { StackName: name });
    for await (const page of pages) all.push(...(page.StackResourceSummaries ?? []));
    return all;
  }
}

/** The physical id of the stack's one resource of a type. */
export function physicalId(
  resources: readonly StackResourceSummary[],
  type: string,
): string | undefined {
  return resources.find((resource) => resource.ResourceType === type)?.PhysicalResourceId;
}

export function output(stack: Stack | undefined, key: string): string | undefined {
  return stack?.Outputs?.find((one) => one.OutputKey === key)?.OutputValue;
}

/** The model that a stack serves, from the tag that the app gives each model's stack. */
export function modelOf(stack: Stack): string | undefined {
  return stack.Tags?.find((tag) => tag.Key === stackTags.model)?.Value;
}
