import type { Clock } from './clock.ts';

const origin = performance.timeOrigin;

/**
 * The machine's own time, for what stays real however fast the cloud's clock runs: a function's
 * timeout, a throttle, an idle process. Tests hand in a clock of their own.
 */
export const realTime: Clock = {
  // Monotonic, and close to Date.now() in every process of the machine.
  now: () => origin + performance.now(),
  at(time, task) {
    const timeout = setTimeout(task, Math.max(0, time - realTime.now()));
    return { cancel: () => clearTimeout(timeout) };
  },
};
