import { defineConfig } from 'vitest/config';

/**
 * Whole stories that take half a minute or more each: releases and restarts in real time, batch jobs
 * with workers that are killed, the CDK's own CLI, the demo, the installed package, the docs' commands.
 */
const stories = [
  'test/journeys/{batch,batch-transform,batch-triggers}.test.ts',
  'test/journeys/{cdk-cli,demo,deploy,endpoint-release,restart}.test.ts',
  'test/package/**/*.test.ts',
  'test/docs/code-blocks.test.ts',
];

export default defineConfig({
  test: {
    // Two cores: more workers than that only make each other time out.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // The CloudFormation validator costs 2.3 s and 250 MB a process; test/synth turns it on once.
    env: { CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
    projects: [
      {
        extends: true,
        test: { name: 'suite', include: ['test/**/*.test.ts'], exclude: stories },
      },
      { extends: true, test: { name: 'stories', include: stories } },
    ],
  },
});
