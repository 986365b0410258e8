import type { Host } from '../../host/host.ts';
import type { Rule, Target } from './rule.ts';
import { inputOf } from './target-input.ts';

/** Brings an event to a target of a rule. What fails is said in the log, and not tried again. */
export async function deliver(
  host: Host,
  rule: Rule,
  target: Target,
  event: Record<string, unknown>,
): Promise<void> {
  try {
    await send(host, target, inputOf(target, event, rule), String(event.id));
  } catch (error) {
    host.log.warn(`Rule ${rule.name} could not reach ${target.Arn}: ${(error as Error).message}`);
  }
}

async function send(host: Host, { Arn }: Target, input: string, id: string): Promise<void> {
  switch (serviceOf(Arn)) {
    case 'states':
      // Named by the event: one that comes twice starts one execution, as in AWS.
      await host.call('states', 'StartExecution', { stateMachineArn: Arn, name: id, input });
      return;
    case 'lambda':
      await host.call('lambda', 'Invoke', {
        FunctionName: Arn,
        InvocationType: 'Event',
        Payload: Buffer.from(input),
      });
      return;
    default:
      await host.call('sns', 'Publish', { TopicArn: Arn, Message: input });
  }
}

const services = ['states', 'lambda', 'sns'];

/** Whether the local cloud can bring events there. */
export function canReach(arn: string): boolean {
  return services.includes(serviceOf(arn));
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}
