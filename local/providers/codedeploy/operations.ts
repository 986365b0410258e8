import type { Host } from '../../host/host.ts';
import type { Operation } from '../../host/provider.ts';
import type { Applications } from './application.ts';
import type { Deployer } from './deployer.ts';
import type { DeploymentConfigs } from './deployment-config.ts';
import type { DeploymentGroups } from './deployment-group.ts';
import { deploymentOperations } from './deployment-operations.ts';
import type { Deployments } from './deployments.ts';
import type { HookExecutions } from './hook-executions.ts';

export interface Parts {
  readonly host: Host;
  readonly applications: Applications;
  readonly configs: DeploymentConfigs;
  readonly groups: DeploymentGroups;
  readonly deployments: Deployments;
  readonly hooks: HookExecutions;
  readonly deployer: Deployer;
}

export function codedeployOperations(parts: Parts): Record<string, Operation> {
  return {
    ...parts.applications.operations(),
    ...parts.configs.operations(),
    ...parts.groups.operations(),
    ...deploymentOperations(parts),
  };
}
