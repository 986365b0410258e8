import { type Artifacts, planModel } from '../build/artifacts.ts';
import type { ServedVersion } from '../build/model-package.ts';
import type { PackagePlan } from '../build/package-plan.ts';
import { loadProblems } from './constructs/lambda-model/sizing.ts';
import type { Model, ModelRepository } from './model-repository/model.ts';
import { RepositoryError } from './model-repository/problem.ts';

export { planModel } from '../build/artifacts.ts';

/** A model with the decision where each of its versions lies. */
export interface ModelPlan {
  readonly model: Model;
  readonly plan: PackagePlan<ServedVersion>;
}

/** Plans every model; throws one RepositoryError with all that cannot be served, and why. */
export function planModels(repository: ModelRepository, artifacts: Artifacts): ModelPlan[] {
  const plans = repository.models.map((model) => ({ model, plan: planModel(model, artifacts) }));
  const problems = plans
    .filter(({ model }) => model.config.target === 'lambda')
    .flatMap(({ model, plan }) => loadProblems(model, plan));
  if (problems.length > 0) throw new RepositoryError(repository.folder, problems);
  return plans;
}
