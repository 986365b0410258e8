import { type aws_iam as iam, aws_kms as kms, aws_sns as sns } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { namesOf } from '../../config/names.ts';

export interface AnswerTopicsProps {
  readonly stage: string;
  /** The model's name inside AWS names. */
  readonly awsName: string;
  /** ARN of a key. @default - the one that AWS keeps for SNS */
  readonly kmsKey?: string | undefined;
}

/** Where an asynchronous endpoint tells that a request is answered, or has failed. */
export class AnswerTopics extends Construct {
  readonly completed: sns.Topic;
  readonly failed: sns.Topic;

  constructor(scope: Construct, id: string, { stage, awsName, kmsKey }: AnswerTopicsProps) {
    super(scope, id);
    const masterKey = kmsKey
      ? kms.Key.fromKeyArn(this, 'Key', kmsKey)
      : kms.Alias.fromAliasName(this, 'Key', 'alias/aws/sns');
    const topic = (outcome: 'completed' | 'failed', name: string) =>
      new sns.Topic(this, name, {
        topicName: namesOf(stage).answerTopic(awsName, outcome),
        masterKey,
        enforceSSL: true,
      });
    this.completed = topic('completed', 'Completed');
    this.failed = topic('failed', 'Failed');
  }

  get arns(): readonly string[] {
    return [this.completed.topicArn, this.failed.topicArn];
  }

  /** Allows `sns:Publish` on both. */
  grantPublish(grantee: iam.IGrantable): void {
    this.completed.grantPublish(grantee);
    this.failed.grantPublish(grantee);
  }
}
