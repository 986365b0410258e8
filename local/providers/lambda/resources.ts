import type { ResourceType } from '../../host/provider.ts';
import type { Parts } from './parts.ts';
import { aliasResource } from './resources/alias-resource.ts';
import { eventInvokeConfigResource } from './resources/event-invoke-config-resource.ts';
import { functionResource } from './resources/function-resource.ts';
import { layerVersionResource } from './resources/layer-version-resource.ts';
import { permissionResource } from './resources/permission-resource.ts';
import { versionResource } from './resources/version-resource.ts';

/** Lambda's CloudFormation types. */
export function lambdaResources(parts: Parts): Record<string, ResourceType> {
  return {
    'AWS::Lambda::Function': functionResource(parts),
    'AWS::Lambda::Version': versionResource(parts),
    'AWS::Lambda::Alias': aliasResource(parts),
    'AWS::Lambda::Permission': permissionResource(parts),
    'AWS::Lambda::LayerVersion': layerVersionResource(parts),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigResource(parts),
  };
}
