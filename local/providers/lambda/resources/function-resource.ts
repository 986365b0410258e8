import { randomUUID } from 'node:crypto';
import { generatedName } from '../../../host/generated-name.ts';
import type { ResourceRequest, ResourceState, ResourceType } from '../../../host/provider.ts';
import type { CodeSource } from '../code-folder.ts';
import type { FunctionRecord, FunctionSettings } from '../function-record.ts';
import type { Parts } from '../parts.ts';
import { inlineSource } from './inline-code.ts';

/** AWS::Lambda::Function */
export function functionResource({ functions, store }: Parts): ResourceType {
  return {
    replaceOn: ['FunctionName', 'PackageType'],
    async create(request) {
      const { properties } = request;
      const name = properties.FunctionName ?? generatedName(request, 64, randomUUID());
      const record = await functions.create(
        name,
        settingsOf(request),
        sourceOf(request),
        tagsOf(request),
      );
      store.setAttributes(name, { reservedConcurrency: reservedOf(request) });
      return stateOf(record);
    },
    async update(request, { physicalId: name, properties: before }) {
      const { properties } = request;
      const sameCode = JSON.stringify(properties.Code) === JSON.stringify(before.Code);
      const record = await functions.update(name, {
        settings: settingsOf(request),
        complete: true,
        ...(!sameCode && { source: sourceOf(request) }),
      });
      store.setAttributes(name, {
        tags: tagsOf(request),
        reservedConcurrency: reservedOf(request),
      });
      return stateOf(record);
    },
    delete({ physicalId: name }) {
      if (store.has(name)) store.delete(name);
    },
  };
}

function stateOf({ FunctionName, FunctionArn }: FunctionRecord): ResourceState {
  return { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
}

function settingsOf({ properties }: ResourceRequest): FunctionSettings {
  const { KmsKeyArn, ...settings } = properties;
  return KmsKeyArn ? { ...settings, KMSKeyArn: KmsKeyArn } : settings;
}

/** In a template ZipFile is the source text itself, not a zip. */
function sourceOf({ properties }: ResourceRequest): CodeSource {
  const { ZipFile, ...source } = properties.Code ?? {};
  return ZipFile === undefined ? source : inlineSource(ZipFile);
}

function tagsOf({ properties }: ResourceRequest): Record<string, string> {
  const tags: { Key: string; Value: string }[] = properties.Tags ?? [];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function reservedOf({ properties }: ResourceRequest): number | undefined {
  const reserved = properties.ReservedConcurrentExecutions;
  return reserved === undefined ? undefined : Number(reserved);
}
