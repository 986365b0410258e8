import { resolve, type Scope } from '../../assembly/intrinsics.ts';
import type { Template } from '../../assembly/template.ts';
import { AwsError } from '../../host/aws-error.ts';
import type { Stack } from './stack.ts';
import type { Output } from './stack-document.ts';
import type { StackStore } from './stack-store.ts';

export function evaluateOutputs(template: Template, scope: Scope): Output[] {
  return Object.entries(template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([key, { Value, Description, Export }]) => ({
      key,
      value: String(resolve(Value, scope)),
      ...(Description !== undefined && { description: Description }),
      ...(Export && { exportName: String(resolve(Export.Name, scope)) }),
    }));
}

/** An export's name is unique, and nobody may be left importing what is no longer there. */
export function checkExports(stacks: StackStore, stack: Stack, outputs: readonly Output[]): void {
  const others = stacks.exports().filter((exported) => exported.stack !== stack);
  for (const { exportName } of outputs) {
    const taken = others.find(
      (other) => exportName !== undefined && other.exportName === exportName,
    );
    if (taken) {
      const owner = taken.stack.stackName;
      throw new AwsError(
        'ValidationError',
        `Export with name ${exportName} is already exported by stack ${owner}.`,
      );
    }
  }
  for (const { exportName, value } of stack.document.outputs) {
    if (exportName === undefined) continue;
    const kept = outputs.find((output) => output.exportName === exportName);
    if (kept?.value !== value) refuseIfImported(stacks, exportName, kept ? 'updated' : 'deleted');
  }
}

export function refuseIfImported(stacks: StackStore, exportName: string, what: string): void {
  const importers = stacks.importersOf(exportName);
  if (importers.length === 0) return;
  throw new AwsError(
    'ValidationError',
    `Export ${exportName} cannot be ${what} as it is in use by ${importers.join(', ')}`,
  );
}
