import { openPlace } from '../cloud/place.ts';
import { modelOf, Stacks } from '../cloud/stacks.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import type { RemoveOptions } from '../remove.ts';
import { removeStack } from './release.ts';

/**
 * Removes a model's stack once the API does not route to it: the API first, so that no caller meets
 * a function that is gone. `siskin deploy` does both when the folder is gone.
 */
export async function remove(model: string, options: RemoveOptions): Promise<void> {
  const place = await openPlace(options);
  const stacks = new Stacks(options.stage);
  const stack = [...(await stacks.list()).values()].find((one) => modelOf(one) === model);
  if (!stack?.StackName) {
    throw new CommandError(
      `Model ${model} is not deployed in stage ${options.stage} on ${place.name}.`,
      exitCodes.couldNotTry,
    );
  }
  if (await isRouted(stacks, model)) {
    throw new CommandError(
      `The API still routes to ${model}. Take its folder out of the model repository, then run \`siskin deploy\`: it removes the route first and the model after it.`,
    );
  }
  await removeStack(stack.StackName);
  process.stdout.write(`${model}: removed\n`);
}

async function isRouted(stacks: Stacks, model: string): Promise<boolean> {
  const api = await stacks.find(stacks.apiName);
  if (!api) return false;
  return JSON.stringify(await stacks.template(stacks.apiName)).includes(`/v2/models/${model}"`);
}
