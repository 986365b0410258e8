import type { CreateProvider } from '../../host/provider.ts';
import { ChangeSetStore } from './change-set.ts';
import { createChangeSetOperations } from './change-set-operations.ts';
import { createReadOperations, createTemplateOperations } from './read-operations.ts';
import { RunningDeployments } from './running.ts';
import { createStackOperations } from './stack-operations.ts';
import { StackStore } from './stack-store.ts';

/** CloudFormation: stacks and change sets. How resources change is in local/assembly. */
export const createCloudFormationProvider: CreateProvider = (host) => {
  const stacks = new StackStore(host);
  const changeSets = new ChangeSetStore(host);
  const running = new RunningDeployments(host, stacks);
  const context = { host, stacks, running };
  return {
    operations: {
      ...createStackOperations(context),
      ...createReadOperations(context),
      ...createTemplateOperations(context, changeSets),
      ...createChangeSetOperations(context, changeSets),
    },
    resources: {},
    start: async () => running.resume(),
    stop: async () => {
      await running.stop();
      stacks.flush();
    },
  };
};
