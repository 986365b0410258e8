import type { Model } from '../../lib/model-repository/model.ts';

type Target = Model['config']['target'];

/** A model whose stack is deployed for another target than its model.yaml names. */
export interface TargetChange {
  readonly model: string;
  readonly deployed: Target;
  readonly wanted: Target;
}

/** Where a deployed template runs its model; undefined for a template of neither kind. */
export function targetOf(template: unknown): Target | undefined {
  const { Resources = {} } = (template ?? {}) as {
    Resources?: Readonly<Record<string, { readonly Type?: string }>>;
  };
  const types = Object.values(Resources).map(({ Type }) => Type);
  if (types.includes('AWS::SageMaker::Endpoint')) return 'sagemaker';
  return types.includes('AWS::Lambda::Alias') ? 'lambda' : undefined;
}

/**
 * Why a deploy does not begin. One update cannot do it: both targets put a function of the same name
 * into the stack, and CloudFormation makes the new one first, which fails and rolls back.
 */
export function inWords(changes: readonly TargetChange[]): string {
  const lines = changes.map(
    ({ model, deployed, wanted }) =>
      `  ${model}: deployed with target ${deployed}, and model.yaml says ${wanted}. ` +
      `First copy the folder to another name, such as ${model}-${wanted}, deploy it there and move its callers. ` +
      `Then remove the folder ${model} and deploy again; or set target: ${deployed} to keep it.`,
  );
  return ['The target of a deployed model cannot change in one step', ...lines].join('\n');
}
