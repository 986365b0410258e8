import type { ContainerGroup } from './container-group.ts';

/** A variant with the containers that serve it. */
export interface FleetVariant {
  readonly name: string;
  /** Name of the endpoint configuration that it was made from; components have none. */
  readonly configuration?: string;
  readonly isShadow: boolean;
  /** Weight and number may change while it serves. */
  weight: number;
  count: number;
  readonly isRandom: boolean;
  readonly group: ContainerGroup;
}

/** All containers of one deployed configuration. */
export class Fleet {
  readonly variants: readonly FleetVariant[];

  constructor(variants: readonly FleetVariant[]) {
    this.variants = variants;
  }

  get production(): readonly FleetVariant[] {
    return this.variants.filter(({ isShadow }) => !isShadow);
  }

  get shadow(): FleetVariant | undefined {
    return this.variants.find(({ isShadow }) => isShadow);
  }

  find(name: string): FleetVariant | undefined {
    return this.variants.find((variant) => variant.name === name);
  }

  /** Brings every variant to its number; rejects when one cannot be. */
  async start(): Promise<void> {
    await Promise.all(this.variants.map(({ group, count }) => group.scaleTo(count)));
  }

  /** The production variant for a request, by weight; `random` gives numbers in [0, 1). */
  choose(random: () => number): FleetVariant | undefined {
    const variants = this.production;
    if (variants.length <= 1) return variants[0];
    let left = random() * variants.reduce((sum, { weight }) => sum + weight, 0);
    for (const variant of variants) {
      left -= variant.weight;
      if (left < 0) return variant;
    }
    return variants.at(-1);
  }

  /** Answers what is on its way and ends. */
  async end(): Promise<void> {
    await Promise.all(this.variants.map(({ group }) => group.end()));
  }
}

/** Which of an endpoint's two fleets, the serving one or the one that is to take over, gets a request. */
export class Traffic {
  blue: Fleet;
  green: Fleet | undefined;
  /** Part of the requests that goes to the green fleet. */
  share = 0;

  constructor(blue: Fleet) {
    this.blue = blue;
  }

  fleet(random: () => number): Fleet {
    return this.green && random() < this.share ? this.green : this.blue;
  }

  /** The green fleet takes over; gives back the other. */
  promote(): Fleet {
    const before = this.blue;
    this.blue = this.green ?? before;
    this.green = undefined;
    this.share = 0;
    return before;
  }

  /** All requests go to the blue fleet; gives back the other. */
  revert(): Fleet | undefined {
    const before = this.green;
    this.green = undefined;
    this.share = 0;
    return before;
  }

  async end(): Promise<void> {
    await Promise.all([this.blue.end(), this.green?.end()]);
  }
}
