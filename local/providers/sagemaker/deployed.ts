import type { EndpointConfig } from './endpoint-config.ts';
import type { VariantSettings } from './endpoint-config-input.ts';
import type { ContainerDefinition } from './model.ts';

/** A variant as it is deployed: its model is part of it, so that a deleted model goes on serving. */
export interface DeployedVariant {
  readonly name: string;
  readonly isShadow: boolean;
  readonly settings: VariantSettings;
  /** Missing on an endpoint that hosts inference components. */
  readonly container?: ContainerDefinition;
  readonly weight: number;
  readonly count: number;
}

/** What an endpoint serves, or is about to: a configuration with the models it names. */
export interface Deployed {
  readonly config: EndpointConfig;
  readonly variants: readonly DeployedVariant[];
}

export type GetModel = (name: string) => { readonly container: ContainerDefinition };

export function deployedFrom(config: EndpointConfig, model: GetModel): Deployed {
  const { ProductionVariants, ShadowProductionVariants } = config.settings;
  const variant = (settings: VariantSettings, isShadow: boolean): DeployedVariant => ({
    name: settings.VariantName,
    isShadow,
    settings,
    ...(settings.ModelName !== undefined && { container: model(settings.ModelName).container }),
    weight: settings.InitialVariantWeight ?? 1,
    count: settings.InitialInstanceCount ?? 0,
  });
  return {
    config,
    variants: [
      ...ProductionVariants.map((one) => variant(one, false)),
      ...ShadowProductionVariants.map((one) => variant(one, true)),
    ],
  };
}

export type RetainedProperty = 'DesiredInstanceCount' | 'DesiredWeight' | 'DataCaptureConfig';

/** `next` with the counts, weights and capture that `current` has, but for those `excluded`. */
export function retaining(
  next: Deployed,
  current: Deployed,
  excluded: readonly RetainedProperty[],
): Deployed {
  const keeps = (property: RetainedProperty) => !excluded.includes(property);
  const capture = current.config.settings.DataCaptureConfig;
  return {
    config: keeps('DataCaptureConfig')
      ? { ...next.config, settings: { ...next.config.settings, DataCaptureConfig: capture } }
      : next.config,
    variants: next.variants.map((variant) => {
      const before = current.variants.find(({ name }) => name === variant.name);
      return {
        ...variant,
        ...(before && keeps('DesiredInstanceCount') && { count: before.count }),
        ...(before && keeps('DesiredWeight') && { weight: before.weight }),
      };
    }),
  };
}

export interface Capacity {
  readonly VariantName: string;
  readonly DesiredWeight?: number | undefined;
  readonly DesiredInstanceCount?: number | undefined;
}

export function withCapacities(deployed: Deployed, changes: readonly Capacity[]): Deployed {
  return {
    ...deployed,
    variants: deployed.variants.map((variant) => {
      const change = changes.find(({ VariantName }) => VariantName === variant.name);
      return {
        ...variant,
        weight: change?.DesiredWeight ?? variant.weight,
        count: change?.DesiredInstanceCount ?? variant.count,
      };
    }),
  };
}
