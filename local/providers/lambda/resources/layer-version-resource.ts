import { randomUUID } from 'node:crypto';
import { generatedName } from '../../../host/generated-name.ts';
import type { ResourceType } from '../../../host/provider.ts';
import type { Parts } from '../parts.ts';

/** AWS::Lambda::LayerVersion */
export function layerVersionResource({ layers, code }: Parts): ResourceType {
  return {
    replaceOn: 'any',
    async create(request) {
      const { properties } = request;
      const name = properties.LayerName ?? generatedName(request, 140, randomUUID());
      const layer = layers.publish(name, properties, await code.store(properties.Content ?? {}));
      const arn = layer.LayerVersionArn;
      return { physicalId: arn, attributes: { LayerVersionArn: arn, Arn: arn } };
    },
    delete({ physicalId }) {
      layers.delete(physicalId);
    },
  };
}
