import { AwsError } from '../../../../local/host/aws-error.ts';
import type { CreateProvider } from '../../../../local/host/provider.ts';

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: Buffer;
}

/** Stands in for Lambda: one alias, and hooks that do what a test says. */
export class FakeLambda {
  version = '1';
  weights: Record<string, number> = {};
  /** Every share of version 2 that the alias has ever had, in order. */
  readonly shares: number[] = [];
  readonly called: string[] = [];
  /** What a function does when it is invoked; it gets the hook's event. */
  readonly functions: Record<string, (event: HookEvent) => unknown> = {};

  readonly provider: CreateProvider = () => ({
    resources: {},
    operations: {
      GetAlias: () => ({ FunctionVersion: this.version }),
      UpdateAlias: (input) => {
        this.version = input.FunctionVersion;
        this.weights = input.RoutingConfig.AdditionalVersionWeights;
        this.shares.push(this.share);
      },
      Invoke: async ({ FunctionName, Payload }: Invocation) => {
        this.called.push(FunctionName);
        const run = this.functions[FunctionName];
        if (!run)
          throw new AwsError(
            'ResourceNotFoundException',
            `Function not found: ${FunctionName}`,
            404,
          );
        try {
          await run(JSON.parse(Payload.toString()));
          return { StatusCode: 200, Payload: Buffer.from('null') };
        } catch (error) {
          const errorMessage = (error as Error).message;
          return {
            FunctionError: 'Unhandled',
            Payload: Buffer.from(JSON.stringify({ errorMessage })),
          };
        }
      },
    },
  });

  /** How much of the traffic version 2 gets. */
  get share(): number {
    return this.version === '2' ? 1 : (this.weights['2'] ?? 0);
  }
}

export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}
