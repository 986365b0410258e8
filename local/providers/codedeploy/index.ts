import type { CreateProvider } from '../../host/provider.ts';
import { Applications } from './application.ts';
import { Deployer } from './deployer.ts';
import { DeploymentConfigs } from './deployment-config.ts';
import { DeploymentGroups } from './deployment-group.ts';
import { Deployments } from './deployments.ts';
import { HookExecutions } from './hook-executions.ts';
import { codedeployOperations } from './operations.ts';
import { codedeployResources } from './resources.ts';

/** Deployments of Lambda versions: hooks, shifting traffic, alarms, and the way back. */
export const createCodedeployProvider: CreateProvider = (host) => {
  const applications = new Applications(host);
  const configs = new DeploymentConfigs(host);
  const groups = new DeploymentGroups(host, applications, configs);
  const deployments = new Deployments(host.storage('codedeploy'), host.clock);
  const hooks = new HookExecutions();
  const deployer = new Deployer({ host, groups, configs, deployments, hooks });
  const parts = { host, applications, configs, groups, deployments, hooks, deployer };
  return {
    operations: codedeployOperations(parts),
    resources: codedeployResources(parts),
    start: () => deployer.recover(),
    stop: () => deployer.abandon(),
  };
};
