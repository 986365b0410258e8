import type { Clock } from '../../host/clock.ts';

/** What the provider leaves to those who start it. All times are real milliseconds. */
export interface SagemakerOptions {
  /** Real time: of answers, pings and waiting. */
  readonly time: Clock;
  readonly random: () => number;
  /** What a container may take for an answer. */
  readonly invocationMs: number;
  /** What a container may take for a ping. */
  readonly pingLimitMs: number;
  /** Between two pings of a container that starts. */
  readonly startPingMs: number;
  /** Between two pings of a container that serves. */
  readonly pingMs: number;
  /** A container that fails so many pings in a row is replaced. */
  readonly failedPings: number;
  /**
   * A first start is given up when the container has ended by itself so many times. SageMaker goes on
   * until the start-up window is over; here the program would be the same each time.
   */
  readonly startCrashes: number;
  /** Before a container that did not come up is started again. */
  readonly restartMs: number;
  /** Between the request to end and the end by force. */
  readonly killMs: number;
}
