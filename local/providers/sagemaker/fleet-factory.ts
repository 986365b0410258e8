import { ContainerGroup, type GroupParts } from './container-group.ts';
import type { Deployed, DeployedVariant } from './deployed.ts';
import { Fleet, type FleetVariant } from './fleet.ts';
import type { ContainerDefinition } from './model.ts';
import type { ModelData } from './model-data.ts';

/** AWS waits eight minutes for a container's first good ping unless told otherwise. */
export const STARTUP_SECONDS = 480;

export interface GroupPlan {
  readonly name: string;
  readonly container: ContainerDefinition;
  readonly startupSeconds?: number | undefined;
  readonly logGroup: string;
  readonly logPrefix: string;
}

/** Makes the containers of a deployed configuration, their models fetched. */
export class FleetFactory {
  readonly #parts: GroupParts;
  readonly #data: ModelData;

  constructor(parts: GroupParts, data: ModelData) {
    this.#parts = parts;
    this.#data = data;
  }

  /** A fleet that has not started yet; `startEmpty` leaves that to batches of a rolling update. */
  async fleet(endpoint: string, deployed: Deployed): Promise<Fleet> {
    const hosting = deployed.variants.filter(({ container }) => container);
    return new Fleet(
      await Promise.all(hosting.map((one) => this.#variant(endpoint, deployed, one))),
    );
  }

  async group(plan: GroupPlan): Promise<ContainerGroup> {
    const image = plan.container.Image ?? '';
    this.#parts.launcher.standIn(image); // says at once when there is none
    const spec = {
      image,
      environment: plan.container.Environment,
      modelFolder: await this.#data.fetch(plan.container),
      startupMs: (plan.startupSeconds ?? STARTUP_SECONDS) * 1000,
      logGroup: plan.logGroup,
      logPrefix: plan.logPrefix,
    };
    return new ContainerGroup(plan.name, spec, this.#parts);
  }

  async #variant(
    endpoint: string,
    { config }: Deployed,
    variant: DeployedVariant,
  ): Promise<FleetVariant> {
    const { name, isShadow, weight, count, settings, container } = variant;
    const group = await this.group({
      name,
      container: container as ContainerDefinition,
      startupSeconds: settings.ContainerStartupHealthCheckTimeoutInSeconds,
      logGroup: `/aws/sagemaker/Endpoints/${endpoint}`,
      logPrefix: `${name}/`,
    });
    const isRandom = settings.RoutingConfig?.RoutingStrategy === 'RANDOM';
    return { name, configuration: config.name, isShadow, weight, count, isRandom, group };
  }
}
