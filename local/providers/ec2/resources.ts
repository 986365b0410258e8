import { createHash } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import type { ResourceRequest, ResourceState, ResourceType } from '../../host/provider.ts';

interface NetworkType {
  /** Of the id that AWS gives, such as `vpc-0123456789abcdef0`. */
  readonly prefix: string;
  attributes?(id: string, properties: ResourceRequest['properties']): Record<string, unknown>;
}

export function ec2Resources(host: Host): Record<string, ResourceType> {
  const types: Readonly<Record<string, NetworkType>> = {
    'AWS::EC2::VPC': {
      prefix: 'vpc',
      attributes: (id, { CidrBlock }) => ({
        VpcId: id,
        CidrBlock,
        DefaultSecurityGroup: id.replace('vpc', 'sg'),
        DefaultNetworkAcl: id.replace('vpc', 'acl'),
      }),
    },
    'AWS::EC2::Subnet': {
      prefix: 'subnet',
      attributes: (id, { AvailabilityZone, CidrBlock, VpcId }) => ({
        SubnetId: id,
        AvailabilityZone: AvailabilityZone ?? `${host.region}a`,
        CidrBlock,
        VpcId,
      }),
    },
    'AWS::EC2::InternetGateway': {
      prefix: 'igw',
      attributes: (id) => ({ InternetGatewayId: id }),
    },
    'AWS::EC2::VPCGatewayAttachment': { prefix: 'attachment' },
    'AWS::EC2::RouteTable': { prefix: 'rtb', attributes: (id) => ({ RouteTableId: id }) },
    'AWS::EC2::Route': { prefix: 'route' },
    'AWS::EC2::SubnetRouteTableAssociation': {
      prefix: 'rtbassoc',
      attributes: (id) => ({ Id: id }),
    },
    'AWS::EC2::SecurityGroup': {
      prefix: 'sg',
      attributes: (id, { VpcId }) => ({ GroupId: id, Id: id, VpcId }),
    },
    'AWS::EC2::VPCEndpoint': { prefix: 'vpce', attributes: (id) => ({ Id: id }) },
    'AWS::EC2::LaunchTemplate': {
      prefix: 'lt',
      attributes: (id) => ({
        LaunchTemplateId: id,
        LatestVersionNumber: '1',
        DefaultVersionNumber: '1',
      }),
    },
  };
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, resourceType(type)]),
  );
}

function resourceType({ prefix, attributes }: NetworkType): ResourceType {
  const described = (id: string, { properties }: ResourceRequest): ResourceState => ({
    physicalId: id,
    ...(attributes && { attributes: attributes(id, properties) }),
  });
  return {
    create: (request) => described(`${prefix}-${idOf(request)}`, request),
    update: (request, { physicalId }) => described(physicalId, request),
    delete: () => {},
  };
}

/** 17 hexadecimal digits, the same for the same resource. */
function idOf({ stackId, logicalId }: ResourceRequest): string {
  return createHash('sha256').update(`${stackId}\n${logicalId}`).digest('hex').slice(0, 17);
}
