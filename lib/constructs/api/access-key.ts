import { Aws, aws_apigateway as apigateway, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface AccessKeyProps {
  readonly stage: apigateway.Stage;
  /** Name of the plan as the console shows it. */
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
  /**
   * Requests a month.
   *
   * @default - no quota
   */
  readonly quota?: number | undefined;
}

/** The API key that callers send in `x-api-key`, and the plan that says how much they may. */
export class AccessKey extends Construct {
  readonly keyId: string;

  constructor(scope: Construct, id: string, { stage, name, rate, burst, quota }: AccessKeyProps) {
    super(scope, id);
    // No name: another value means another key, and CloudFormation replaces no key that has one.
    const key = new apigateway.CfnApiKey(this, 'Key', {
      description: `Key of ${name}`,
      enabled: true,
      value: this.keyValue(),
    });
    this.keyId = key.ref;
    const plan = new apigateway.UsagePlan(this, 'Plan', {
      name,
      apiStages: [{ api: stage.restApi, stage }],
      throttle: { rateLimit: rate, burstLimit: burst },
      ...(quota && { quota: { limit: quota, period: apigateway.Period.MONTH } }),
    });
    plan.addApiKey(apigateway.ApiKey.fromApiKeyId(this, 'KeyReference', key.ref));
  }

  /** A value chosen at deployment, so that neither the template nor the repository holds a secret. */
  private keyValue(): string {
    const parameter = new CfnParameter(this, 'Value', {
      description: 'Value of the API key, 20 to 128 characters. Empty: AWS generates one',
      noEcho: true,
      default: '',
    });
    parameter.overrideLogicalId('ApiKeyValue');
    const given = new CfnCondition(this, 'Given', {
      expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')),
    });
    return Fn.conditionIf(given.logicalId, parameter.valueAsString, Aws.NO_VALUE).toString();
  }
}
