import type { CreateProvider } from '../../host/provider.ts';
import { createOperations } from './operations.ts';
import { ParameterStore } from './parameter.ts';
import { createResources } from './resources.ts';
import { TIME_SCALE } from './time-scale.ts';

/** Systems Manager, as far as parameters go. */
export const createSsmProvider: CreateProvider = (host) => {
  const parameters = new ParameterStore(host);
  return {
    operations: createOperations(parameters),
    resources: createResources(parameters),
    // A rate outlives neither a stop nor a kill: nobody is there any more to set it back.
    start: async () => {
      parameters.put({ Name: TIME_SCALE, Value: '1', Type: 'String', Overwrite: true });
    },
  };
};
