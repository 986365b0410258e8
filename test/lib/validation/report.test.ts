import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { describe, expect, it, vi } from 'vitest';
import { loadContext } from '../../../lib/config/load-context.ts';
import { findingsIn } from '../../../lib/validation/report.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'siskin-report-'));

describe('The findings of an assembly', () => {
  it('are none without a report', () => {
    expect(findingsIn(temporary())).toEqual([]);
  });

  it('hold what the validator only warns of: AWS refuses it all the same', () => {
    vi.stubEnv('CDK_VALIDATION', 'true');
    const app = new App({ context: loadContext(), outdir: temporary() });
    const stack = new Stack(app, 'wrong');
    new lambda.CfnFunction(stack, 'Function', {
      code: { zipFile: 'exports.handler = () => {}' },
      handler: 'index.handler',
      role: 'arn:aws:iam::123456789012:role/some',
      runtime: 'nodejs99.x',
    });
    const findings = findingsIn(app.synth().directory);
    vi.unstubAllEnvs();
    expect(findings).toMatchObject([
      { severity: 'warning', constructs: ['wrong/Function'], description: /nodejs99/ },
    ]);
  }, 60_000);
});
