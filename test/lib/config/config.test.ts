import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../lib/config/config.ts';

const read = (context: Record<string, unknown>) => readConfig((key) => context[key]);

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(read({})).toEqual({
      stage: 'dev',
      models: 'model-artifacts',
      auth: 'apiKey',
      without: [],
      quotaRaised: false,
      validate: true,
      architecture: 'x86_64',
      apiRate: 10_000,
      apiBurst: 5_000,
      logRetentionDays: 30,
      gatewayAccount: true,
    });
  });

  it('takes the strings that -c gives and the values that cdk.json gives alike', () => {
    const fromCommandLine = read({ validate: 'false', apiRate: '50', quotaRaised: 'true' });
    const fromFile = read({ validate: false, apiRate: 50, quotaRaised: true });
    expect(fromCommandLine).toEqual(fromFile);
    expect(fromFile).toMatchObject({ validate: false, apiRate: 50, quotaRaised: true });
  });

  it('takes several models to leave out, and none from an empty text', () => {
    expect(read({ without: 'spam, digits' }).without).toEqual(['spam', 'digits']);
    expect(read({ without: '' }).without).toEqual([]);
  });

  it('names every problem at once, with key and value', () => {
    expect(() => read({ stage: 'Prod_1', auth: 'none', apiRate: 'fast', validate: 'no' })).toThrow(
      new ConfigError(
        [
          'The context is not usable',
          '  -c stage=Prod_1: must be 1 to 16 lower-case letters and digits, a letter first.',
          '  -c auth=none: must be one of: apiKey, iam.',
          '  -c validate=no: must be true or false.',
          '  -c apiRate=fast: must be a whole number above 0.',
        ].join('\n'),
      ),
    );
  });

  it('refuses a retention that CloudWatch Logs does not know', () => {
    expect(() => read({ logRetentionDays: '31' })).toThrow(
      /-c logRetentionDays=31: must be one of/,
    );
  });
});
