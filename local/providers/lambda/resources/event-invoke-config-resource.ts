import type { ResourceType } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import { invokeOperations } from '../operations/invoke-operations.ts';
import type { Parts } from '../parts.ts';

/** AWS::Lambda::EventInvokeConfig */
export function eventInvokeConfigResource(parts: Parts): ResourceType {
  const operations = invokeOperations(parts);
  const put: ResourceType['create'] = ({ properties }) => {
    operations.PutFunctionEventInvokeConfig?.(properties);
    return { physicalId: `${properties.FunctionName}|${properties.Qualifier}` };
  };
  return {
    replaceOn: ['FunctionName', 'Qualifier'],
    create: put,
    update: put,
    delete({ properties }) {
      if (!parts.store.has(parseFunctionName(properties.FunctionName).name)) return;
      operations.DeleteFunctionEventInvokeConfig?.(properties);
    },
  };
}
