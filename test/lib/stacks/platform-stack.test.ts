import { describe, expect, it } from 'vitest';
import { inferenceApp, oneModel } from '../../fixtures/inference-app.ts';
import { resourceOf, resourcesOf } from '../../fixtures/template.ts';

const { platform } = inferenceApp();

describe('The platform', () => {
  it('has buckets that are encrypted, closed to the public and kept', () => {
    for (const { Properties, DeletionPolicy } of resourcesOf(platform, 'AWS::S3::Bucket')) {
      expect(Properties.BucketEncryption).toBeDefined();
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual(Array(4).fill(true));
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  it('refuses requests to its buckets without TLS', () => {
    for (const { Properties } of resourcesOf(platform, 'AWS::S3::BucketPolicy')) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('has a topic for each severity under a key that CloudWatch may use', () => {
    const topics = resourcesOf(platform, 'AWS::SNS::Topic');
    expect(topics.map(({ Properties }) => Properties.TopicName).sort()).toEqual([
      'siskin-dev-alarms-critical',
      'siskin-dev-alarms-warning',
    ]);
    const key = resourceOf(platform, 'AWS::KMS::Key');
    for (const { Properties } of topics) {
      expect(Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [key.logicalId, 'Arn'] });
    }
    expect(key.Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ Principal: { Service: 'cloudwatch.amazonaws.com' } }),
    );
  });

  it("makes the account's role for API Gateway's logs, keeps it, and leaves it out when told to", () => {
    expect(resourceOf(platform, 'AWS::ApiGateway::Account').DeletionPolicy).toBe('Retain');
    const without = inferenceApp(oneModel, { gatewayAccount: false }).platform;
    expect(resourcesOf(without, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  it('has one dashboard, with the model as a variable that fills itself', () => {
    const { DashboardBody } = resourceOf(platform, 'AWS::CloudWatch::Dashboard').Properties;
    const body = JSON.parse(
      DashboardBody['Fn::Join'][1]
        .map((part: unknown) => (typeof part === 'string' ? part : 'x'))
        .join(''),
    );
    expect(body.variables).toMatchObject([
      { type: 'pattern', pattern: 'CHOSEN_MODEL', populateFrom: 'Model', defaultValue: 'plus' },
    ]);
    expect(body.widgets.map(({ type }: { type: string }) => type)).toEqual([
      'metric',
      'metric',
      'metric',
      'metric',
      'alarm',
    ]);
  });
});
