import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { configKeys } from '../../lib/config/config.ts';
import { loadContext } from '../../lib/config/load-context.ts';
import { InferenceApp } from '../../lib/inference-app.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { countResources, gatewayDocument } from '../../lib/openapi/gateway-document.ts';
import { limits } from '../../serving/contract/limits.ts';
import {
  fakeArtifacts,
  inferenceApp,
  oneModel,
  testConfig,
  writeRepository,
} from '../fixtures/inference-app.ts';
import { codeBlocks, codeIn, readDocument, tableRows } from './markdown.ts';

const page = readDocument('docs/operate.md');
const app = inferenceApp();
const stacks = stacksOf(app);

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties are of every form.
  readonly Properties?: Record<string, any>;
}

describe('The page about operating', () => {
  it('lists every setting with its default', () => {
    const rows = tableRows(page, 'Key', 'Default', 'Meaning');
    expect(rows.map(([key]) => codeIn(key)[0]).sort()).toEqual([...configKeys].sort());
    const defaults = testConfig({ validate: undefined }) as unknown as Record<string, unknown>;
    const stated = rows.map(([key, value]) => [codeIn(key)[0], codeIn(value)[0] ?? '']);
    expect(Object.fromEntries(stated)).toEqual(
      // A list that is empty is written like a value that is not there.
      Object.fromEntries(configKeys.map((key) => [key, String(defaults[key] ?? '')])),
    );
  });

  it('lists everything that outlives its stack', () => {
    const kept = stacks.flatMap(({ kind, resources }) =>
      resources
        .filter(({ DeletionPolicy }) => (DeletionPolicy ?? 'Delete') !== 'Delete')
        .map(({ Type, DeletionPolicy }) => `${Type} ${kind} ${DeletionPolicy}`),
    );
    const rows = tableRows(page, 'Kept', 'Stack', 'Policy', 'Why');
    const stated = rows.map(([type, stack, policy]) =>
      [codeIn(type)[0], stack, codeIn(policy)[0]].join(' '),
    );
    expect([...new Set(kept)].sort()).toEqual(stated.sort());
    expect(kept.filter((one) => one.startsWith('AWS::S3::Bucket '))).toHaveLength(2);
    expect(kept.filter((one) => one.startsWith('AWS::IAM::Role '))).toHaveLength(1);
    expect(
      stacks
        .flatMap(({ resources }) => resources)
        .filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
        .map(({ DeletionPolicy }) => DeletionPolicy),
    ).not.toContain('Retain');
  });

  it('counts what is paid for while idle', () => {
    const model = stacks.find(({ kind }) => kind === 'model')?.resources ?? [];
    const alarms = model.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    const inAlarms = alarms.flatMap(({ Properties }) =>
      Properties?.Metrics ? Properties.Metrics.filter((one: object) => 'MetricStat' in one) : [1],
    );
    const composite = model.filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm');
    const rows = new Map(
      tableRows(page, 'What', 'Number', 'A month').map(([what, number]) => [what, number]),
    );
    expect(rows.get('Metrics in alarms')).toBe(`${inAlarms.length} per model`);
    expect(rows.get('Composite alarm')).toBe(`${composite.length} per model`);
    const platform = stacks.find(({ kind }) => kind === 'platform')?.resources ?? [];
    const count = (type: string) => platform.filter(({ Type }) => Type === type).length;
    expect(rows.get('KMS key of the alarm topics')).toBe(`${count('AWS::KMS::Key')} per stage`);
    expect(rows.get('Dashboard')).toBe(`${count('AWS::CloudWatch::Dashboard')} per stage`);
  });

  it('says how many models one API holds at the default quota', () => {
    const [row] = tableRows(page, 'Quota of AWS', 'Default', 'What it means here');
    const stated = Number(/: (\d+) models/.exec(row?.[2] ?? '')?.[1]);
    expect(resourcesFor(stated)).toBeLessThanOrEqual(limits.resourcesPerApi);
    expect(resourcesFor(stated + 1)).toBeGreaterThan(limits.resourcesPerApi);
    expect(Number(row?.[1])).toBe(limits.resourcesPerApi);
  });

  it('gives a permissions boundary that ends up on every role', () => {
    const block = codeBlocks(page).find(({ text }) => text.includes('permissionsBoundary'));
    const context = JSON.parse(block?.text ?? '') as Record<string, unknown>;
    const bounded = stacksOf(appWith(context)).flatMap(rolesOf);
    expect(bounded).not.toEqual([]);
    expect(
      bounded.filter(
        ({ Properties }) =>
          !JSON.stringify(Properties?.PermissionsBoundary ?? '').includes('developer-boundary'),
      ),
    ).toEqual([]);
    const [[key, value] = ['', '']] = Object.entries(context);
    const unbounded = stacksOf(appWith({ [key]: JSON.stringify(value) })).flatMap(rolesOf);
    expect(unbounded.filter(({ Properties }) => Properties?.PermissionsBoundary)).toEqual([]);
  });

  it('is right that IAM authorization knows no API key', () => {
    const types = stacksOf(inferenceApp(undefined, { auth: 'iam' })).flatMap(({ resources }) =>
      resources.map(({ Type }) => Type),
    );
    expect(types.filter((type) => /ApiKey|UsagePlan/.test(type))).toEqual([]);
  });

  it('names stacks, functions, topics and the dashboard as the templates do', () => {
    const text = JSON.stringify(stacks);
    const names = [...page.text.matchAll(/`(siskin-<stage>[^`]*)`/g)].map((match) =>
      (match[1] as string).replaceAll('<stage>', 'dev').replaceAll('<model>', 'plus'),
    );
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !text.includes(`"${name}`))).toEqual([]);
  });

  it('is right about the API key: a parameter that is never shown, on a key that can be replaced', () => {
    const api = Template.fromStack(app.api).toJSON();
    expect(api.Parameters.ApiKeyValue).toMatchObject({ NoEcho: true, Default: '' });
    expect(api.Outputs.ApiKeyId).toBeDefined();
    const key = (Object.values(api.Resources) as Resource[]).find(
      ({ Type }) => Type === 'AWS::ApiGateway::ApiKey',
    );
    expect(key?.Properties).not.toHaveProperty('Name');
  });
});

/** An app with context of the CDK's beside our own. */
function appWith(context: Record<string, unknown>): InferenceApp {
  const repository = readModelRepository(writeRepository(oneModel));
  return new InferenceApp({
    config: testConfig(),
    repository,
    artifacts: fakeArtifacts(repository.models),
    context: { ...loadContext(), ...context },
    autoSynth: false,
  });
}

function stacksOf({ platform, models, api }: InferenceApp) {
  const kinds = [
    { kind: 'platform', stack: platform },
    ...models.map((stack) => ({ kind: 'model', stack })),
    { kind: 'api', stack: api },
  ];
  return kinds.map(({ kind, stack }) => ({
    kind,
    name: Stack.of(stack).stackName,
    resources: Object.values(Template.fromStack(stack).toJSON().Resources) as Resource[],
  }));
}

function rolesOf({ resources }: { readonly resources: readonly Resource[] }): Resource[] {
  return resources.filter(({ Type }) => Type === 'AWS::IAM::Role');
}

function resourcesFor(models: number): number {
  const integration = { uri: 'uri', timeoutMilliseconds: 1 };
  return countResources(
    gatewayDocument({
      title: 'title',
      auth: 'apiKey',
      credentials: 'role',
      catalogue: integration,
      models: new Map(Array.from({ length: models }, (_, at) => [`m${at}`, integration])),
    }),
  );
}
