import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../lib/config/config.ts';
import type { Model } from '../../../../lib/model-repository/model.ts';
import { readModelRepository } from '../../../../lib/model-repository/read-model-repository.ts';
import { ApiStack } from '../../../../lib/stacks/api-stack.ts';
import {
  fakeArtifacts,
  inferenceApp,
  oneModel,
  type RepositoryFiles,
  testConfig,
  writeRepository,
} from '../../../fixtures/inference-app.ts';
import { resourceOf, resourcesOf } from '../../../fixtures/template.ts';

const apiStack = (files?: RepositoryFiles, context?: Record<string, unknown>) =>
  inferenceApp(files, context).api;

const plain = apiStack();

const integrationOf = (stack: typeof plain, path: string) =>
  resourceOf(stack, 'AWS::ApiGateway::RestApi').Properties.Body.paths[path][
    'x-amazon-apigateway-any-method'
  ]['x-amazon-apigateway-integration'];

const deploymentId = (stack: typeof plain) =>
  resourceOf(stack, 'AWS::ApiGateway::Deployment').logicalId;

describe('The API', () => {
  it("calls a model's alias by name, through one role that may call nothing else", () => {
    const { uri } = integrationOf(plain, '/v2/models/plus/{proxy+}');
    expect(JSON.stringify(uri)).toContain(':function:siskin-dev-plus:live/invocations');
    const [policy] = resourcesOf(plain, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes('Integration'),
    );
    const [statement, ...others] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(others).toEqual([]);
    expect(statement.Action).toBe('lambda:InvokeFunction');
    expect(JSON.stringify(statement.Resource)).toContain(':function:siskin-dev-*:live');
  });

  it('gives up a little before the function would be killed', () => {
    const stack = apiStack({ ...oneModel, 'plus/model.yaml': 'timeout: 20\n' });
    expect(integrationOf(stack, '/v2/models/plus').timeoutInMillis).toBe(19_750);
  });

  it('removes the routes of removed models', () => {
    expect(resourceOf(plain, 'AWS::ApiGateway::RestApi').Properties.Mode).toBe('overwrite');
  });

  it('is deployed anew when a route changes, and only then', () => {
    const more = apiStack({ ...oneModel, 'minus/1/model.onnx': -1 });
    expect(deploymentId(more)).not.toBe(deploymentId(plain));
    expect(deploymentId(apiStack())).toBe(deploymentId(plain));
  });

  it('writes access logs as JSON, and keeps its execution log in a group with an end', () => {
    const { AccessLogSetting } = resourceOf(plain, 'AWS::ApiGateway::Stage').Properties;
    expect(JSON.parse(AccessLogSetting.Format)).toMatchObject({ status: '$context.status' });
    const groups = resourcesOf(plain, 'AWS::Logs::LogGroup');
    const names = groups.map(({ Properties }) => JSON.stringify(Properties.LogGroupName ?? ''));
    expect(names.some((name) => name.includes('API-Gateway-Execution-Logs_'))).toBe(true);
    expect(groups.every(({ Properties }) => Properties.RetentionInDays === 30)).toBe(true);
  });

  it('has the catalogue behind it, with the list of models in its package', () => {
    const { uri } = integrationOf(plain, '/{proxy+}');
    expect(JSON.stringify(uri)).toContain(':function:siskin-dev_catalogue/invocations');
    const fn = resourceOf(plain, 'AWS::Lambda::Function');
    expect(fn.Properties.FunctionName).toBe('siskin-dev_catalogue');
  });
});

describe('An API key', () => {
  it('is chosen at deployment by a parameter that nobody can read, or made by AWS', () => {
    const { Parameters } = Template.fromStack(plain).toJSON();
    expect(Parameters.ApiKeyValue).toMatchObject({ Type: 'String', NoEcho: true, Default: '' });
    const { Value } = resourceOf(plain, 'AWS::ApiGateway::ApiKey').Properties;
    expect(Value).toEqual({
      'Fn::If': [expect.any(String), { Ref: 'ApiKeyValue' }, { Ref: 'AWS::NoValue' }],
    });
  });

  it('has a usage plan of 10,000 a second and 5,000 at once without a quota', () => {
    const { Throttle, Quota } = resourceOf(plain, 'AWS::ApiGateway::UsagePlan').Properties;
    expect(Throttle).toEqual({ RateLimit: 10_000, BurstLimit: 5_000 });
    expect(Quota).toBeUndefined();
  });

  it('may be limited by context', () => {
    const stack = apiStack(oneModel, { apiRate: 5, apiBurst: 10, apiQuota: 1000 });
    const { Throttle, Quota } = resourceOf(stack, 'AWS::ApiGateway::UsagePlan').Properties;
    expect(Throttle).toEqual({ RateLimit: 5, BurstLimit: 10 });
    expect(Quota).toEqual({ Limit: 1000, Period: 'MONTH' });
  });

  it('is not there with IAM authorization', () => {
    const stack = apiStack(oneModel, { auth: 'iam' });
    expect(resourcesOf(stack, 'AWS::ApiGateway::ApiKey')).toEqual([]);
    expect(resourcesOf(stack, 'AWS::ApiGateway::UsagePlan')).toEqual([]);
  });
});

describe('More models than the quota of resources allows', () => {
  const { models } = readModelRepository(writeRepository(oneModel));
  const many = Array.from({ length: 150 }, (_, index) => ({
    ...(models[0] as Model),
    name: `m${index}`,
  }));
  const artifacts = fakeArtifacts(models);
  const create = (context: Record<string, unknown>) =>
    new ApiStack(new App(), many, { config: testConfig(context), artifacts });

  it('are refused with the numbers and what to do', () => {
    expect(() => create({})).toThrow(ConfigError);
    expect(() => create({})).toThrow(/quota is 300.*-c quotaRaised=true/);
  });

  it('are taken when the context says that the quota was raised', () => {
    expect(() => create({ quotaRaised: true })).not.toThrow();
  });
});
