import type { ResourceRecords } from '../../assembly/resource-record.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** What a caller asked a stack to be. */
export interface StackDefinition {
  readonly templateBody: string;
  /** Texts as they were given or chosen by default. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Names of the parameters that must not be shown. */
  readonly secrets: readonly string[];
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly roleArn?: string;
  readonly disableRollback: boolean;
}

/** A definition that is in force, with what came of it. */
export interface StackContent {
  readonly definition: StackDefinition;
  readonly resources: ResourceRecords;
  readonly outputs: readonly Output[];
  /** Names of other stacks' exports that this one uses. */
  readonly imports: readonly string[];
}

/** All there is to know of a stack but its events; one file. */
export interface StackDocument extends StackContent {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly created: number;
  readonly updated?: number;
  readonly deleted?: number;
  readonly changeSetId?: string;
  readonly terminationProtection: boolean;
  /** The content before the update under way, or before the one whose rollback failed. */
  readonly previous?: StackContent;
  /** While that update is rolled back: the resources as it had made them. */
  readonly attempted?: ResourceRecords;
}

export interface StackEvent {
  readonly id: string;
  readonly time: number;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}
