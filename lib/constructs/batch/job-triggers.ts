import {
  aws_events as events,
  type aws_stepfunctions as sfn,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { BatchRequest } from '../../../serving/contract/batch.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import type { BatchPlaces } from './batch-places.ts';

export interface JobTriggersProps {
  readonly config: BatchConfig;
  readonly places: BatchPlaces;
  readonly machine: sfn.StateMachine;
}

/**
 * What starts jobs by itself: a schedule over the new objects of a prefix or, without one, each object
 * that arrives there. The output's name follows from the event: one that comes twice is the same job.
 */
export class JobTriggers extends Construct {
  constructor(scope: Construct, id: string, props: JobTriggersProps) {
    super(scope, id);
    const { config } = props;
    if (config.input === undefined) return;
    if (config.schedule === undefined) this.startOnArrival(config.input, props);
    else this.startOnSchedule(config.input, config.schedule, props);
  }

  private startOnArrival(input: string, { config, places, machine }: JobTriggersProps): void {
    const field = events.EventField.fromPath;
    const request: BatchRequest = {
      input: `s3://${field('$.detail.bucket.name')}/${field('$.detail.object.key')}`,
      output: `${places.uri}${config.output}${events.EventField.time}-${field('$.detail.object.sequencer')}/`,
    };
    this.rule('Arrival', request, machine, {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [places.bucket] },
          object: {
            key: [{ prefix: `${places.prefix}${input}` }],
            // Consoles make empty objects and call them folders.
            size: [{ numeric: ['>', 0] }],
          },
        },
      },
    });
  }

  private startOnSchedule(
    input: string,
    schedule: string,
    { config, places, machine }: JobTriggersProps,
  ): void {
    const request: BatchRequest = {
      input: `${places.uri}${input}`,
      output: `${places.uri}${config.output}${events.EventField.time}/`,
      onlyNew: true,
    };
    this.rule('Schedule', request, machine, { schedule: events.Schedule.expression(schedule) });
  }

  private rule(
    id: string,
    request: BatchRequest,
    machine: sfn.StateMachine,
    when: Pick<events.RuleProps, 'eventPattern' | 'schedule'>,
  ): void {
    const input = events.RuleTargetInput.fromObject(request);
    new events.Rule(this, id, {
      ...when,
      targets: [new targets.SfnStateMachine(machine, { input })],
    });
  }
}
