import { createRequire } from 'node:module';
import { type App, Validations } from 'aws-cdk-lib';

/** Adds the AwsSolutions rules: findings fail the synthesis unless acknowledged with a reason. */
export function addNag(app: App): void {
  // Its hundreds of files take half a second to load, which a start without validation does not wait.
  const { AwsSolutionsChecks } = createRequire(import.meta.url)(
    'cdk-nag',
  ) as typeof import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
