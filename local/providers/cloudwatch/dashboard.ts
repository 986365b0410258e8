import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';

interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: number;
}

const DASHBOARDS_PER_PAGE = 1000;

const putInput = z.object({
  DashboardName: z.string().regex(/^[\w-]{1,255}$/, 'expected letters, digits, - and _'),
  DashboardBody: z.string(),
});
const nameInput = z.object({ DashboardName: z.string() });
const deleteInput = z.object({ DashboardNames: z.array(z.string()) });
const listInput = z.object({
  DashboardNamePrefix: z.string().default(''),
  NextToken: z.string().optional(),
});

/** Dashboards are kept and given back; to look at them takes AWS's console. */
export function dashboardOperations(host: Host): Record<string, Operation> {
  const dashboards = host.storage('cloudwatch').collection<Dashboard>('dashboards');
  const arnOf = (name: string) => `arn:aws:cloudwatch::${host.account}:dashboard/${name}`;
  const found = (name: string): Dashboard => {
    const dashboard = dashboards.get(name);
    if (dashboard) return dashboard;
    throw new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);
  };
  return {
    PutDashboard: (input) => {
      const { DashboardName: name, DashboardBody: body } = parseInput(
        putInput,
        input,
        'DashboardInvalidInputError',
      );
      checkBody(body);
      dashboards.set(name, { name, body, modifiedAt: host.clock.now() });
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: (input) => {
      const { name, body } = found(parseInput(nameInput, input).DashboardName);
      return { DashboardArn: arnOf(name), DashboardName: name, DashboardBody: body };
    },
    ListDashboards: (input) => {
      const { DashboardNamePrefix: prefix, NextToken } = parseInput(listInput, input);
      const all = dashboards
        .values()
        .filter(({ name }) => name.startsWith(prefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = pageOf(all, NextToken, DASHBOARDS_PER_PAGE);
      return {
        DashboardEntries: items.map(({ name, body, modifiedAt }) => ({
          DashboardName: name,
          DashboardArn: arnOf(name),
          LastModified: new Date(modifiedAt),
          Size: Buffer.byteLength(body),
        })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
    DeleteDashboards: (input) => {
      const { DashboardNames } = parseInput(deleteInput, input);
      for (const name of DashboardNames) found(name);
      for (const name of DashboardNames) dashboards.delete(name);
      return {};
    },
  };
}

function checkBody(body: string): void {
  try {
    const { widgets } = JSON.parse(body);
    if (Array.isArray(widgets)) return;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  const problem = 'The dashboard body is invalid: it must be a JSON object with a list of widgets';
  throw new AwsError('DashboardInvalidInputError', problem);
}
