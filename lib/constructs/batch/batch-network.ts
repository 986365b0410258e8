import { aws_ec2 as ec2, aws_ssm as ssm } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { namesOf } from '../../config/names.ts';
import { acknowledge } from '../../validation/acknowledge.ts';

export interface BatchNetworkProps {
  readonly stage: string;
}

/**
 * Where the workers of batch jobs run: public subnets, because a NAT gateway costs more a month than
 * most jobs. Nothing can reach a worker. S3 is reached inside AWS, free of charge.
 */
export class BatchNetwork extends Construct {
  constructor(scope: Construct, id: string, { stage }: BatchNetworkProps) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        {
          name: 'Public',
          subnetType: ec2.SubnetType.PUBLIC,
          cidrMask: 18,
          mapPublicIpOnLaunch: true,
        },
      ],
      // The default group would be emptied by a function of its own; nothing uses that group.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    const workers = new ec2.SecurityGroup(this, 'Workers', {
      // The CDK's own class does not meet its interface under exactOptionalPropertyTypes.
      vpc: vpc as ec2.IVpc,
      description: 'Workers of batch jobs: out to AWS, nothing in',
      allowAllOutbound: true,
    });
    const { subnets, securityGroup } = namesOf(stage).batchNetwork;
    new ssm.StringListParameter(this, 'Subnets', {
      parameterName: subnets,
      stringListValue: vpc.publicSubnets.map(({ subnetId }) => subnetId),
    });
    new ssm.StringParameter(this, 'SecurityGroup', {
      parameterName: securityGroup,
      stringValue: workers.securityGroupId,
    });
    acknowledge(vpc, {
      id: 'AwsSolutions-VPC7',
      reason:
        'Workers speak to S3 and CloudWatch Logs only and accept no connection; flow logs of that cost more than they tell.',
    });
  }
}
