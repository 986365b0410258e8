import { generatedName } from '../../host/generated-name.ts';
import type { Operation, ResourceRequest, ResourceType } from '../../host/provider.ts';
import type { Alarms } from './alarms.ts';

/** CloudFormation's properties are the API's members, so each type is its Put operation. */
export function cloudwatchResources(
  operations: Readonly<Record<string, Operation>>,
  alarms: Alarms,
): Record<string, ResourceType> {
  return {
    'AWS::CloudWatch::Alarm': alarmType('PutMetricAlarm', operations, alarms),
    'AWS::CloudWatch::CompositeAlarm': alarmType('PutCompositeAlarm', operations, alarms),
    'AWS::CloudWatch::Dashboard': dashboardType(operations),
  };
}

function alarmType(
  put: string,
  operations: Readonly<Record<string, Operation>>,
  alarms: Alarms,
): ResourceType {
  const apply = async (name: string, request: ResourceRequest) => {
    await operations[put]?.({ ...request.properties, AlarmName: name });
    return { physicalId: name, attributes: { Arn: alarms.get(name)?.arn } };
  };
  return {
    replaceOn: ['AlarmName'],
    create: (request) =>
      apply(request.properties.AlarmName ?? generatedName(request, 255), request),
    update: (request, current) => apply(current.physicalId, request),
    delete: (current) => alarms.delete(current.physicalId),
  };
}

function dashboardType(operations: Readonly<Record<string, Operation>>): ResourceType {
  const apply = async (name: string, { properties }: ResourceRequest) => {
    await operations.PutDashboard?.({
      DashboardName: name,
      DashboardBody: properties.DashboardBody,
    });
    return { physicalId: name };
  };
  return {
    replaceOn: ['DashboardName'],
    create: (request) =>
      apply(request.properties.DashboardName ?? generatedName(request, 255), request),
    update: (request, current) => apply(current.physicalId, request),
    delete: async ({ physicalId }) => {
      try {
        await operations.DeleteDashboards?.({ DashboardNames: [physicalId] });
      } catch (error) {
        // Somebody has deleted it already, which is what is wanted.
        if ((error as Error).name !== 'DashboardNotFoundError') throw error;
      }
    },
  };
}
