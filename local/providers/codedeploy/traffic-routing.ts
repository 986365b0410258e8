/** How traffic goes over to the new version. */
export type TrafficRouting =
  | { readonly type: 'AllAtOnce' }
  | {
      readonly type: 'TimeBasedCanary' | 'TimeBasedLinear';
      readonly percentage: number;
      /** Minutes. */
      readonly interval: number;
    };

/** So much of the traffic goes to the new version, and then so long nothing changes. */
export interface ShiftStep {
  readonly percent: number;
  readonly minutes: number;
}

export function shiftSteps(routing: TrafficRouting): ShiftStep[] {
  if (routing.type === 'AllAtOnce') return [{ percent: 100, minutes: 0 }];
  const { percentage, interval: minutes } = routing;
  if (routing.type === 'TimeBasedCanary') {
    return [
      { percent: percentage, minutes },
      { percent: 100, minutes: 0 },
    ];
  }
  const steps: ShiftStep[] = [];
  for (let percent = percentage; percent < 100; percent += percentage)
    steps.push({ percent, minutes });
  return [...steps, { percent: 100, minutes: 0 }];
}
