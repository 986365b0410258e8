import type { ResourceRecord } from '../../assembly/resource-record.ts';
import type { Stack } from './stack.ts';
import type { Output, StackDefinition, StackEvent } from './stack-document.ts';

/** A stack as DescribeStacks shows it. */
export function describeStack({ document }: Stack) {
  const { definition, created, updated, deleted } = document;
  return {
    StackId: document.id,
    StackName: document.name,
    ...(document.changeSetId && { ChangeSetId: document.changeSetId }),
    ...(definition.description !== undefined && { Description: definition.description }),
    Parameters: describeParameters(definition),
    CreationTime: new Date(created),
    ...(updated !== undefined && { LastUpdatedTime: new Date(updated) }),
    ...(deleted !== undefined && { DeletionTime: new Date(deleted) }),
    RollbackConfiguration: {},
    StackStatus: document.status,
    ...(document.statusReason !== undefined && { StackStatusReason: document.statusReason }),
    DisableRollback: definition.disableRollback,
    NotificationARNs: [],
    Capabilities: definition.capabilities,
    Outputs: document.outputs.map(describeOutput),
    ...(definition.roleArn && { RoleARN: definition.roleArn }),
    Tags: definition.tags,
    EnableTerminationProtection: document.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function summarizeStack({ document }: Stack) {
  const { created, updated, deleted, definition } = document;
  return {
    StackId: document.id,
    StackName: document.name,
    ...(definition.description !== undefined && { TemplateDescription: definition.description }),
    CreationTime: new Date(created),
    ...(updated !== undefined && { LastUpdatedTime: new Date(updated) }),
    ...(deleted !== undefined && { DeletionTime: new Date(deleted) }),
    StackStatus: document.status,
    ...(document.statusReason !== undefined && { StackStatusReason: document.statusReason }),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** NoEcho parameters are shown as CloudFormation shows them. */
export function describeParameters({ parameters, secrets }: StackDefinition) {
  return Object.entries(parameters).map(([name, value]) => ({
    ParameterKey: name,
    ParameterValue: secrets.includes(name) ? '****' : value,
  }));
}

function describeOutput({ key, value, description, exportName }: Output) {
  return {
    OutputKey: key,
    OutputValue: value,
    ...(description !== undefined && { Description: description }),
    ...(exportName !== undefined && { ExportName: exportName }),
  };
}

export function describeEvent(stack: Stack, event: StackEvent) {
  return {
    StackId: stack.stackId,
    EventId: event.id,
    StackName: stack.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.time),
    ResourceStatus: event.status,
    ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
  };
}

export function describeResource(stack: Stack, record: ResourceRecord) {
  return {
    StackName: stack.stackName,
    StackId: stack.stackId,
    ...summarizeResource(record),
    Timestamp: new Date(record.updated),
  };
}

export function summarizeResource(record: ResourceRecord) {
  return {
    LogicalResourceId: record.logicalId,
    ...(record.physicalId !== undefined && { PhysicalResourceId: record.physicalId }),
    ResourceType: record.type,
    LastUpdatedTimestamp: new Date(record.updated),
    ResourceStatus: record.status,
    ...(record.statusReason !== undefined && { ResourceStatusReason: record.statusReason }),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}
