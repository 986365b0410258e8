import { AwsError } from '../../../host/aws-error.ts';
import type { Host } from '../../../host/host.ts';
import type { ResourceRequest, ResourceType } from '../../../host/provider.ts';
import { type ApiRecord, newId } from '../api-store.ts';
import { type ImportedApi, importOpenApi } from '../openapi-import.ts';
import type { Parts } from '../parts.ts';
import { importInto, rootResource } from '../resource-tree.ts';

/** AWS::ApiGateway::RestApi */
export function restApiResource({ host, store }: Parts): ResourceType {
  const stateOf = ({ id, rootResourceId }: ApiRecord) => ({
    physicalId: id,
    attributes: { RestApiId: id, RootResourceId: rootResourceId },
  });
  return {
    async create(request) {
      const imported = await definitionOf(host, request);
      const root = rootResource();
      const empty: ApiRecord = {
        id: newId(),
        name: '',
        createdDate: host.clock.now(),
        binaryMediaTypes: [],
        apiKeySource: 'HEADER',
        rootResourceId: root.id,
        resources: { [root.id]: root },
        gatewayResponses: {},
        tags: {},
      };
      return stateOf(store.putApi(described(empty, request, imported)));
    },
    async update(request, { physicalId }) {
      const imported = await definitionOf(host, request);
      return stateOf(store.putApi(described(store.api(physicalId), request, imported)));
    },
    delete({ physicalId }) {
      if (store.apis.has(physicalId)) store.deleteApi(physicalId);
    },
  };
}

/** The document in the template, or the one in S3 that the template names. */
async function definitionOf(
  host: Host,
  { properties }: ResourceRequest,
): Promise<ImportedApi | undefined> {
  const { Body, BodyS3Location } = properties;
  if (Body) return importOpenApi(Body);
  if (!BodyS3Location) return undefined;
  const { Bucket, Key } = BodyS3Location;
  const object = await host.call<{ Body: { transformToString(): Promise<string> } }>(
    's3',
    'GetObject',
    { Bucket, Key },
  );
  return importOpenApi(await object.Body.transformToString());
}

function described(
  before: ApiRecord,
  { properties, logicalId }: ResourceRequest,
  imported: ImportedApi | undefined,
): ApiRecord {
  const name = properties.Name ?? imported?.name;
  if (!name) {
    throw new AwsError(
      'BadRequestException',
      `${logicalId}: Name is missing, and so is info.title`,
    );
  }
  const binary = [...(properties.BinaryMediaTypes ?? []), ...(imported?.binaryMediaTypes ?? [])];
  const description = properties.Description ?? imported?.description;
  const api: ApiRecord = {
    ...before,
    name,
    ...(description && { description }),
    binaryMediaTypes: [...new Set<string>(binary)],
    apiKeySource: imported?.apiKeySource ?? properties.ApiKeySourceType ?? 'HEADER',
    tags: Object.fromEntries(
      (properties.Tags ?? []).map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]),
    ),
  };
  return imported ? importInto(api, imported, properties.Mode === 'overwrite') : api;
}
