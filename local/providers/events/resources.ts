import { generatedName } from '../../host/generated-name.ts';
import { parseInput } from '../../host/operation-input.ts';
import type { ResourceRequest, ResourceType } from '../../host/provider.ts';
import { putRule, targetsInput } from './operations.ts';
import type { Rules } from './rule.ts';

export function eventsResources(rules: Rules): Record<string, ResourceType> {
  const apply = (name: string, { properties }: ResourceRequest) => {
    const { EventPattern, Targets = [], Tags: _, ...others } = properties;
    const pattern = typeof EventPattern === 'object' ? JSON.stringify(EventPattern) : EventPattern;
    const targets =
      Targets.length > 0 ? parseInput(targetsInput, { Rule: name, Targets }).Targets : [];
    const { arn, targets: before } = putRule(rules, {
      ...others,
      Name: name,
      ...(pattern && { EventPattern: pattern }),
    });
    const kept = new Set(targets.map(({ Id }) => Id));
    rules.removeTargets(
      name,
      before.flatMap(({ Id }) => (kept.has(Id) ? [] : [Id])),
    );
    rules.putTargets(name, targets);
    return { physicalId: name, attributes: { Arn: arn } };
  };
  return {
    'AWS::Events::Rule': {
      replaceOn: ['Name', 'EventBusName'],
      create: (request) => apply(request.properties.Name ?? generatedName(request, 64), request),
      update: (request, { physicalId }) => apply(physicalId, request),
      delete: ({ physicalId }) => rules.delete(physicalId),
    },
  };
}
