import { AwsError } from '../../../host/aws-error.ts';
import { pageOf } from '../../../host/page.ts';
import type { Operation } from '../../../host/provider.ts';
import type { LayerVersion } from '../layer-store.ts';
import type { Parts } from '../parts.ts';

const PAGE = 50;

export function layerOperations({ host, layers, code }: Parts): Record<string, Operation> {
  const arnOf = (input: { LayerName: string; VersionNumber: number | string }) => {
    const name = layerName(input.LayerName);
    return host.arn('lambda', `layer:${name}:${input.VersionNumber}`);
  };
  return {
    PublishLayerVersion: async (input) => {
      const name = layerName(input.LayerName);
      return described(layers.publish(name, input, await code.store(input.Content ?? {})));
    },
    GetLayerVersion: (input) => described(layers.get(arnOf(input))),
    GetLayerVersionByArn: (input) => described(layers.get(input.Arn)),
    DeleteLayerVersion: (input) => layers.delete(arnOf(input)),
    ListLayerVersions: (input) => {
      const name = layerName(input.LayerName);
      const versions = layers
        .list()
        .filter((layer) => layer.LayerName === name)
        .sort((a, b) => b.Version - a.Version)
        .map(described);
      const page = pageOf(versions, input.Marker, Number(input.MaxItems ?? PAGE));
      return { LayerVersions: page.items, ...(page.nextToken && { NextMarker: page.nextToken }) };
    },
    ListLayers: (input) => {
      // GetLayerVersionByArn has the same place on the wire.
      if (input.find === 'LayerVersion') return described(layers.get(input.Arn));
      const latest = new Map<string, LayerVersion>();
      for (const layer of layers.list().sort((a, b) => a.Version - b.Version)) {
        latest.set(layer.LayerName, layer);
      }
      const Layers = [...latest.values()].map((layer) => ({
        LayerName: layer.LayerName,
        LayerArn: layer.LayerArn,
        LatestMatchingVersion: described(layer),
      }));
      return { Layers };
    },
  };
}

function described(layer: LayerVersion) {
  const { LayerName, CodeSha256, CodeSize, deleted, ...rest } = layer;
  return { ...rest, Content: { CodeSha256, CodeSize } };
}

/** A layer's name, or the ARN that ends in it. */
function layerName(given: unknown): string {
  const name = String(given ?? '').replace(/^arn:.*:layer:/, '');
  if (/^[A-Za-z0-9_-]{1,140}$/.test(name)) return name;
  throw new AwsError(
    'InvalidParameterValueException',
    `'${given}' is not a layer's name: up to 140 letters, digits, - and _`,
  );
}
