import {
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_iam as iam,
  Stack,
  aws_applicationautoscaling as scaling,
  TimeZone,
} from 'aws-cdk-lib';
import { Construct, type IDependable } from 'constructs';
import { variantNames } from '../../../serving/contract/endpoint.ts';
import type { OffHours, SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { EndpointMetrics } from './endpoint-metrics.ts';

export interface EndpointScalingProps {
  readonly endpointName: string;
  /** The endpoint, or its inference component: there must be something to scale. */
  readonly after: IDependable;
  readonly config: SagemakerConfig;
  /** Requests a minute that an instance, or a copy of the model, is held at. */
  readonly invocations: number;
}

/** Asynchronous requests take long, and their callers wait for none of them in particular. */
const waitingPerInstance = 5;

/** The number of instances, or of copies of the model, follows the load and the clock. */
export class EndpointScaling extends Construct {
  private readonly target: scaling.ScalableTarget;

  constructor(scope: Construct, id: string, props: EndpointScalingProps) {
    super(scope, id);
    const { config, endpointName, after } = props;
    this.target = new scaling.ScalableTarget(this, 'Target', {
      serviceNamespace: scaling.ServiceNamespace.SAGEMAKER,
      ...scaledThing(endpointName, config.scaleToZero),
      minCapacity: config.minInstances,
      maxCapacity: config.maxInstances,
      role: this.serviceRole(),
    });
    this.target.node.addDependency(after);
    if (config.maxInstances > config.minInstances) this.followLoad(props);
    if (config.minInstances === 0) this.wake(props);
    if (config.offHours) this.rest(config, config.offHours);
  }

  private followLoad({ config, endpointName, invocations }: EndpointScalingProps): void {
    const pace = { scaleInCooldown: Duration.minutes(5), scaleOutCooldown: Duration.minutes(1) };
    if (config.async) {
      this.target.scaleToTrackMetric('Backlog', {
        customMetric: backlog(endpointName, 'ApproximateBacklogSizePerInstance', 'Average'),
        targetValue: waitingPerInstance,
        ...pace,
      });
      return;
    }
    const { PredefinedMetric } = scaling;
    this.target.scaleToTrackMetric('Load', {
      predefinedMetric: config.scaleToZero
        ? PredefinedMetric.SAGEMAKER_INFERENCE_COMPONENT_INVOCATIONS_PER_COPY
        : PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
      targetValue: invocations,
      ...pace,
    });
  }

  /** Tracking a load per instance knows no way up from none: the first request has to say so. */
  private wake({ config, endpointName }: EndpointScalingProps): void {
    const metric = config.scaleToZero
      ? new EndpointMetrics({ component: endpointName }).withoutCapacity()
      : backlog(endpointName, 'HasBacklogWithoutCapacity', 'Maximum');
    const alarm = new cloudwatch.Alarm(this, 'Wake', {
      metric,
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: 'A request has come, and no instance is there: wakes the endpoint',
    });
    const action = new scaling.StepScalingAction(this, 'FirstInstance', {
      scalingTarget: this.target,
      adjustmentType: scaling.AdjustmentType.CHANGE_IN_CAPACITY,
      metricAggregationType: scaling.MetricAggregationType.MAXIMUM,
      cooldown: Duration.minutes(1),
    });
    action.addAdjustment({ adjustment: 1, lowerBound: 0 });
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: action.scalingPolicyArn }) });
  }

  private rest({ minInstances, maxInstances }: SagemakerConfig, hours: OffHours): void {
    const timeZone = TimeZone.of(hours.timezone);
    const at = (time: string, days: object) => {
      const [hour = '', minute = ''] = time.split(':').map((part) => String(Number(part)));
      return scaling.Schedule.cron({ hour, minute, ...days });
    };
    this.target.scaleOnSchedule('OffHoursBegin', {
      schedule: at(hours.start, {}),
      timeZone,
      minCapacity: hours.instances,
      maxCapacity: hours.instances,
    });
    this.target.scaleOnSchedule('OffHoursEnd', {
      schedule: at(hours.end, hours.weekends ? { weekDay: 'MON-FRI' } : {}),
      timeZone,
      minCapacity: minInstances,
      maxCapacity: maxInstances,
    });
  }

  /** The role that AWS makes for this use: CDK would make one that nothing assumes. */
  private serviceRole(): iam.IRole {
    const roleArn = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName:
        'aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    });
    return iam.Role.fromRoleArn(this, 'ServiceRole', roleArn, { mutable: false });
  }
}

/** Whether anything changes the number of instances. */
export function isScaled({ minInstances, maxInstances, offHours }: SagemakerConfig): boolean {
  return maxInstances > minInstances || minInstances === 0 || offHours !== undefined;
}

function scaledThing(endpointName: string, scaleToZero: boolean) {
  return scaleToZero
    ? {
        resourceId: `inference-component/${endpointName}`,
        scalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
      }
    : {
        resourceId: `endpoint/${endpointName}/variant/${variantNames.production}`,
        scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      };
}

function backlog(endpointName: string, metricName: string, statistic: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpointName },
    statistic,
    period: Duration.minutes(1),
  });
}
