import type { CreateProvider } from '../../host/provider.ts';
import { Executions } from './executions.ts';
import { statesOperations } from './operations.ts';
import { statesResources } from './resources.ts';
import { Runner } from './runner.ts';
import { StateMachines } from './state-machine.ts';

/** Step Functions: standard state machines in JSONPath, on the cloud's clock. */
export const createStatesProvider: CreateProvider = (host) => {
  const machines = new StateMachines(host);
  const executions = new Executions(host);
  const runner = new Runner(host, executions);
  return {
    operations: statesOperations({ host, machines, executions, runner }),
    resources: statesResources(host, machines),
    start: () => runner.resume(),
    stop: () => runner.abandon(),
  };
};
