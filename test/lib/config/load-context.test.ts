import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadContext } from '../../../lib/config/load-context.ts';

describe('loadContext', () => {
  it('gives what the CDK CLI would hand over', () => {
    expect(loadContext()).toEqual(JSON.parse(readFileSync('cdk.json', 'utf8')).context);
  });

  it('has every feature flag that the construct library recommends', () => {
    const recommended = createRequire(import.meta.url)(
      'aws-cdk-lib/recommended-feature-flags.json',
    );
    expect(loadContext()).toMatchObject(recommended);
  });
});
