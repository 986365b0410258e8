import type { Host } from '../host/host.ts';
import { Conditions } from './conditions.ts';
import { NO_VALUE, type Scope } from './intrinsics.ts';
import { type Template, templateError } from './template.ts';

export interface ScopeInput {
  readonly host: Host;
  readonly template: Template;
  readonly stackName: string;
  readonly stackId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What Ref gives for a resource; undefined while there is none. */
  physicalId(logicalId: string): string | undefined;
  /** What GetAtt gives; undefined for an attribute that the resource does not have. */
  attribute(logicalId: string, name: string): unknown;
  importValue(name: string): unknown;
  /** Dynamic references by their text, looked up beforehand. */
  readonly dynamicReferences: ReadonlyMap<string, string>;
}

const DYNAMIC_REFERENCE = /\{\{resolve:([^}]+)\}\}/g;

/** Everything that one stack's template can refer to. */
export class StackScope implements Scope {
  readonly region: string;
  readonly #input: ScopeInput;
  readonly #conditions: Conditions;
  readonly #pseudo: Readonly<Record<string, unknown>>;

  constructor(input: ScopeInput) {
    const { host, stackId, stackName } = input;
    this.region = host.region;
    this.#input = input;
    this.#conditions = new Conditions(input.template);
    this.#pseudo = {
      'AWS::AccountId': host.account,
      'AWS::NoValue': NO_VALUE,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': host.region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
  }

  ref(name: string): unknown {
    const { parameters } = this.#input;
    if (Object.hasOwn(parameters, name)) return parameters[name];
    if (Object.hasOwn(this.#pseudo, name)) return this.#pseudo[name];
    const physicalId = this.#input.physicalId(name);
    if (physicalId !== undefined) return physicalId;
    throw templateError(`Unresolved resource dependencies [${name}] in the template`);
  }

  attribute(logicalId: string, name: string): unknown {
    if (this.#input.physicalId(logicalId) === undefined) {
      throw templateError(`Unresolved resource dependencies [${logicalId}] in the template`);
    }
    const value = this.#input.attribute(logicalId, name);
    if (value !== undefined) return value;
    throw templateError(
      `resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`,
    );
  }

  condition(name: string): boolean {
    return this.#conditions.holds(name, this);
  }

  mapping(map: string, top: string, second: string): unknown {
    const value = this.#input.template.Mappings?.[map]?.[top]?.[second];
    if (value !== undefined) return value;
    throw templateError(`Unable to get mapping for ${map}::${top}::${second}`);
  }

  importValue(name: string): unknown {
    return this.#input.importValue(name);
  }

  dynamic(text: string): string {
    return text.replace(DYNAMIC_REFERENCE, (reference) => {
      const value = this.#input.dynamicReferences.get(reference);
      if (value !== undefined) return value;
      throw templateError(`${reference} cannot be resolved in the local cloud`);
    });
  }
}

/** Looks up the dynamic references in a template. Only parameters of Systems Manager can be. */
export async function readDynamicReferences(
  text: string,
  readSsm: (name: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [reference, body = ''] of text.matchAll(DYNAMIC_REFERENCE)) {
    const [, name] = /^ssm:([^:]+)(?::\d+)?$/.exec(body) ?? [];
    const value = name && (await readSsm(name));
    if (value !== undefined && value !== '') found.set(reference, value);
  }
  return found;
}
