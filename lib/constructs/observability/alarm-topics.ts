import { Aws, aws_iam as iam, aws_kms as kms, aws_sns as sns } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { namesOf, type Severity, severities } from '../../config/names.ts';

export interface AlarmTopicsProps {
  /** Part of the topics' names. */
  readonly stage: string;
}

/** One topic per severity. People subscribe to the ones they want to be woken by. */
export class AlarmTopics extends Construct {
  readonly topics: ReadonlyMap<Severity, sns.Topic>;

  constructor(scope: Construct, id: string, { stage }: AlarmTopicsProps) {
    super(scope, id);
    // A customer key, because CloudWatch cannot publish to a topic under the key that AWS manages.
    const key = new kms.Key(this, 'Key', {
      description: `Siskin alarms of stage ${stage}`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [alarmsOfThisAccount()],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    this.topics = new Map(
      severities.map((severity) => [severity, this.createTopic(severity, stage, key)]),
    );
  }

  private createTopic(severity: Severity, stage: string, masterKey: kms.IKey): sns.Topic {
    const topic = new sns.Topic(this, severity === 'critical' ? 'Critical' : 'Warning', {
      topicName: namesOf(stage).alarmTopic(severity),
      masterKey,
      enforceSSL: true,
    });
    topic.grantPublish(alarmsOfThisAccount());
    return topic;
  }
}

/** CloudWatch acts for every account; only this one's alarms may speak here. */
function alarmsOfThisAccount(): iam.PrincipalBase {
  return new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
