import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: more workers than that only make each other time out.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // The CloudFormation validator costs 2.3 s and 250 MB a process; test/synth turns it on once.
    env: { CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
  },
});
