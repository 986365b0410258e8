import { describe, expect, it } from 'vitest';
import { type Resource, resourceOf, resourcesOf } from '../../../fixtures/template.ts';
import { endpointStack } from './endpoint-stack.ts';

const plain = endpointStack();

const frontOf = (stack = plain): Resource => {
  const [found] = resourcesOf(stack, 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.FunctionName,
  );
  if (!found) throw new Error('no named function');
  return found;
};

const statementsOf = (stack = plain, part = 'FrontProxyRole') =>
  resourcesOf(stack, 'AWS::IAM::Policy')
    .filter(({ logicalId }) => logicalId.includes(part))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

describe('The front of an endpoint', () => {
  it('has the name and alias that the model would have on Lambda', () => {
    expect(frontOf().Properties).toMatchObject({
      FunctionName: 'siskin-dev-detect',
      Environment: {
        Variables: { SISKIN_MODEL: 'detect', SISKIN_ENDPOINT: 'siskin-dev-detect' },
      },
    });
    expect(resourceOf(plain, 'AWS::Lambda::Alias')).toMatchObject({
      logicalId: 'LiveAlias',
      Properties: { Name: 'live' },
    });
  });

  it('may call this one endpoint, and nothing else', () => {
    const calls = statementsOf().filter(({ Action }) => String(Action).startsWith('sagemaker:'));
    expect(calls).toHaveLength(1);
    expect(calls[0].Action).toBe('sagemaker:InvokeEndpoint');
    expect(JSON.stringify(calls[0].Resource)).toContain(':endpoint/siskin-dev-detect');
  });

  it('follows the endpoint at once: nothing of CodeDeploy owns its weights', () => {
    const alias = resourceOf(plain, 'AWS::Lambda::Alias');
    expect(alias.UpdatePolicy).toBeUndefined();
    expect(resourcesOf(plain, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
    expect(alias.DependsOn).toContain(resourceOf(plain, 'AWS::SageMaker::Endpoint').logicalId);
  });

  it('goes to an asynchronous endpoint by way of the data bucket', () => {
    const stack = endpointStack(['async: true']);
    const { Variables } = frontOf(stack).Properties.Environment;
    expect(JSON.stringify(Variables.SISKIN_ASYNC_INPUT)).toContain('/async/detect/requests/');
    const actions = statementsOf(stack).flatMap(({ Action }) => Action);
    expect(actions).toContain('sagemaker:InvokeEndpointAsync');
    expect(actions).toContain('s3:PutObject');
    expect(actions).not.toContain('sagemaker:InvokeEndpoint');
  });

  it('names the component of an endpoint that scales to zero, and may call it', () => {
    const stack = endpointStack(['scaleToZero: true']);
    const { Variables } = frontOf(stack).Properties.Environment;
    expect(Variables.SISKIN_INFERENCE_COMPONENT).toBe('siskin-dev-detect');
    expect(JSON.stringify(statementsOf(stack))).toContain(':inference-component/siskin-dev-detect');
  });
});

describe('The check of a release', () => {
  it('asks the new front after the endpoint, and the alias moves behind it', () => {
    const check = resourceOf(plain, 'Custom::EndpointCheck');
    expect(check.DependsOn).toContain(resourceOf(plain, 'AWS::SageMaker::Endpoint').logicalId);
    expect(resourceOf(plain, 'AWS::Lambda::Alias').DependsOn).toContain(check.logicalId);
    const [checker] = resourcesOf(plain, 'AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.Environment.Variables.SISKIN_CHECKED_VERSION,
    );
    expect(checker?.Properties.Environment.Variables.SISKIN_CHECKED_VERSION).toEqual({
      Ref: resourceOf(plain, 'AWS::Lambda::Version').logicalId,
    });
  });

  it('is a new resource for each release, and the same one without a release', () => {
    const id = (stack: typeof plain) => resourceOf(stack, 'Custom::EndpointCheck').logicalId;
    expect(id(endpointStack())).toBe(id(plain));
    expect(id(endpointStack([], ['live: 1']))).not.toBe(id(plain));
    expect(id(endpointStack(['instance: ml.g5.2xlarge']))).not.toBe(id(plain));
  });

  it('is left out where no answer can be waited for', () => {
    for (const line of ['async: true', 'scaleToZero: true']) {
      expect(resourcesOf(endpointStack([line]), 'Custom::EndpointCheck')).toEqual([]);
    }
  });
});

describe('The state of a model on an endpoint', () => {
  it('sums up endpoint and front under the name that a Lambda model has', () => {
    const { Properties } = resourceOf(plain, 'AWS::CloudWatch::CompositeAlarm');
    expect(Properties.AlarmName).toBe('siskin-dev/detect');
    const rule = JSON.stringify(Properties.AlarmRule);
    for (const word of ['EndpointErrorRate', 'EndpointLatency', 'ErrorRateAlarm', 'LatencyAlarm']) {
      expect(rule).toContain(word);
    }
  });
});
