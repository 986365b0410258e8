import type { Gpu } from './instances.ts';

/**
 * Every price that Siskin reckons with, in dollars and without discounts, free tiers or taxes. Each list
 * says where AWS publishes it and the day on which it was last known to hold: a plan is as good as that
 * day. An instance type is left out when its price could not be confirmed.
 */
export const region = 'us-east-1';

export interface PriceList {
  /** Where AWS publishes it. */
  readonly source: string;
  /** The day on which it was last known to hold. */
  readonly asOf: string;
}

/** Prices that fall with the amount bought in a month; the last step has no end. */
export type Tiers = readonly { readonly upTo: number; readonly price: number }[];

export const lambda = {
  source: 'https://aws.amazon.com/lambda/pricing/',
  asOf: '2025-12-31',
  request: 0.2e-6,
  gbSecond: {
    x86_64: [
      { upTo: 6e9, price: 0.0000166667 },
      { upTo: 15e9, price: 0.000015 },
      { upTo: Number.POSITIVE_INFINITY, price: 0.0000133334 },
    ],
    arm64: [
      { upTo: 7.5e9, price: 0.0000133334 },
      { upTo: 18.75e9, price: 0.0000120001 },
      { upTo: Number.POSITIVE_INFINITY, price: 0.0000106667 },
    ],
  },
  /** For memory kept warm, used or not; a request on it costs less a second. */
  provisioned: { gbSecond: 0.0000041667, durationGbSecond: 0.0000097222 },
  ephemeralStorage: { gbSecond: 0.0000000309, includedMiB: 512 },
  /** Paid for each month and account, and not counted in a plan: other functions use it too. */
  freeTier: { gbSeconds: 400_000, requests: 1_000_000 },
} as const satisfies PriceList & Record<string, unknown>;

export const apiGateway = {
  source: 'https://aws.amazon.com/api-gateway/pricing/',
  asOf: '2026-08-10',
  /** A call of a REST API. */
  request: [
    { upTo: 333e6, price: 3.5e-6 },
    { upTo: 1e9, price: 2.8e-6 },
    { upTo: 20e9, price: 2.38e-6 },
    { upTo: Number.POSITIVE_INFINITY, price: 1.51e-6 },
  ],
  /** GB to the internet. */
  dataOut: [
    { upTo: 10_240, price: 0.09 },
    { upTo: 51_200, price: 0.085 },
    { upTo: 153_600, price: 0.07 },
    { upTo: Number.POSITIVE_INFINITY, price: 0.05 },
  ],
} as const satisfies PriceList & Record<string, unknown>;

const t4 = (count: number): Gpu => ({ name: 'NVIDIA T4', count, memoryGiB: 16 });
const a10g = (count: number): Gpu => ({ name: 'NVIDIA A10G', count, memoryGiB: 24 });
const l4 = (count: number): Gpu => ({ name: 'NVIDIA L4', count, memoryGiB: 24 });

type SagemakerRow = readonly [
  name: string,
  vcpus: number,
  memoryGiB: number,
  hour: number,
  gpu?: Gpu,
];

/**
 * One price for real-time endpoints, asynchronous endpoints and batch transform alike. Burstable types
 * (ml.t2) are left out: under steady traffic they are throttled, and they cannot be scaled.
 */
export const sagemakerInstances: PriceList & { readonly types: readonly SagemakerRow[] } = {
  source: 'https://aws.amazon.com/sagemaker/ai/pricing/',
  asOf: '2025-06-30',
  types: [
    ['ml.c5.large', 2, 4, 0.102],
    ['ml.c5.xlarge', 4, 8, 0.204],
    ['ml.c5.2xlarge', 8, 16, 0.408],
    ['ml.c5.4xlarge', 16, 32, 0.816],
    ['ml.c5.9xlarge', 36, 72, 1.836],
    ['ml.c5.18xlarge', 72, 144, 3.672],
    ['ml.m5.large', 2, 8, 0.115],
    ['ml.m5.xlarge', 4, 16, 0.23],
    ['ml.m5.2xlarge', 8, 32, 0.461],
    ['ml.m5.4xlarge', 16, 64, 0.922],
    ['ml.m5.12xlarge', 48, 192, 2.765],
    ['ml.m5.24xlarge', 96, 384, 5.53],
    ['ml.g4dn.xlarge', 4, 16, 0.7364, t4(1)],
    ['ml.g4dn.2xlarge', 8, 32, 0.94, t4(1)],
    ['ml.g4dn.4xlarge', 16, 64, 1.505, t4(1)],
    ['ml.g4dn.8xlarge', 32, 128, 2.72, t4(1)],
    ['ml.g4dn.12xlarge', 48, 192, 4.89, t4(4)],
    ['ml.g4dn.16xlarge', 64, 256, 5.44, t4(1)],
    ['ml.g5.xlarge', 4, 16, 1.408, a10g(1)],
    ['ml.g5.2xlarge', 8, 32, 1.515, a10g(1)],
    ['ml.g5.4xlarge', 16, 64, 2.03, a10g(1)],
    ['ml.g5.8xlarge', 32, 128, 3.06, a10g(1)],
    ['ml.g5.12xlarge', 48, 192, 7.09, a10g(4)],
    ['ml.g5.16xlarge', 64, 256, 5.12, a10g(1)],
    ['ml.g5.24xlarge', 96, 384, 10.18, a10g(4)],
    ['ml.g5.48xlarge', 192, 768, 20.36, a10g(8)],
    ['ml.g6.xlarge', 4, 16, 1.1267, l4(1)],
    ['ml.g6.2xlarge', 8, 32, 1.222, l4(1)],
    ['ml.g6.12xlarge', 48, 192, 5.752, l4(4)],
    ['ml.g6.16xlarge', 64, 256, 4.246, l4(1)],
    ['ml.g6.24xlarge', 96, 384, 8.344, l4(4)],
  ],
};

export const sagemaker = {
  source: 'https://aws.amazon.com/sagemaker/ai/pricing/',
  asOf: '2025-06-30',
  /** A second of a serverless endpoint, for each GB of its memory. There are sizes of 1 to 6 GB. */
  serverless: { gbSecond: 0.00002, memoryGB: [1, 2, 3, 4, 5, 6] },
  /** GB of requests and answers, of real-time, asynchronous and serverless endpoints. */
  dataGB: 0.016,
  /** GB of an endpoint's volume a month. GPU instances with their own disks have none. */
  storageGBMonth: 0.14,
} as const satisfies PriceList & Record<string, unknown>;

type Ec2Row = readonly [name: string, vcpus: number, memoryGiB: number, hour: number];

/**
 * Spot capacity has no list price: it differs between zones and changes within hours. The share is what
 * x86 families of us-east-1 cost in public records of 2023 and 2024 (c5a 37 to 57 %, c7i 33 to 40 % of
 * on-demand, depending on size and zone). See the Spot price history of the EC2 console for today's.
 */
export const ec2Instances: PriceList & {
  readonly types: readonly Ec2Row[];
  readonly spot: PriceList & { readonly typicalShare: number };
} = {
  source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  asOf: '2024-12-31',
  spot: {
    source: 'https://aws.amazon.com/ec2/spot/pricing/',
    asOf: '2024-12-31',
    typicalShare: 0.4,
  },
  types: [
    ['c5.large', 2, 4, 0.085],
    ['c5.xlarge', 4, 8, 0.17],
    ['c5.2xlarge', 8, 16, 0.34],
    ['c5.4xlarge', 16, 32, 0.68],
    ['c6i.large', 2, 4, 0.085],
    ['c6i.xlarge', 4, 8, 0.17],
    ['c6i.2xlarge', 8, 16, 0.34],
    ['c6i.4xlarge', 16, 32, 0.68],
    ['c7i.large', 2, 4, 0.08925],
    ['c7i.xlarge', 4, 8, 0.1785],
    ['c7i.2xlarge', 8, 16, 0.357],
    ['c7i.4xlarge', 16, 32, 0.714],
    ['c7a.large', 2, 4, 0.10264],
    ['c7a.xlarge', 4, 8, 0.20528],
    ['c7a.2xlarge', 8, 16, 0.41056],
    ['c7a.4xlarge', 16, 32, 0.82112],
    ['m5.large', 2, 8, 0.096],
    ['m5.xlarge', 4, 16, 0.192],
    ['m5.2xlarge', 8, 32, 0.384],
    ['m5.4xlarge', 16, 64, 0.768],
    ['m6i.large', 2, 8, 0.096],
    ['m6i.xlarge', 4, 16, 0.192],
    ['m6i.2xlarge', 8, 32, 0.384],
    ['m6i.4xlarge', 16, 64, 0.768],
    ['m7i.large', 2, 8, 0.1008],
    ['m7i.xlarge', 4, 16, 0.2016],
    ['m7i.2xlarge', 8, 32, 0.4032],
    ['m7i.4xlarge', 16, 64, 0.8064],
  ],
};

export const fargate = {
  source: 'https://aws.amazon.com/fargate/pricing/',
  asOf: '2026-03-10',
  vcpuHour: 0.04048,
  gbHour: 0.004445,
  /** AWS promises up to 70 % off; like all Spot capacity it varies. */
  spotShare: 0.3,
} as const satisfies PriceList & Record<string, unknown>;

export const s3 = {
  source: 'https://aws.amazon.com/s3/pricing/',
  asOf: '2025-06-30',
  storageGBMonth: 0.023,
  put: 0.005e-3,
  get: 0.0004e-3,
} as const satisfies PriceList & Record<string, unknown>;

export const cloudwatch = {
  source: 'https://aws.amazon.com/cloudwatch/pricing/',
  asOf: '2026-07-30',
  /** A metric of one's own a month, each set of dimensions for itself; the first 10,000. */
  metricMonth: 0.3,
  /** For each metric that an alarm reads. */
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  logIngestionGB: 0.5,
  logStorageGBMonth: 0.03,
} as const satisfies PriceList & Record<string, unknown>;

export const hoursOfMonth = 730;
