import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deployAssembly } from '../../local/assembly/deploy-assembly.ts';
import { startTestCloud, type TestCloud } from '../fixtures/local-cloud.ts';
import { writeAssembly } from '../fixtures/tiny-assembly.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Greets by name; the greeting is part of its configuration. */
const greeter = `
exports.main = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'text/plain' },
  body: process.env.GREETING + ', ' + event.pathParameters.name,
});`;

/** Asks the other function, as one service asks another. */
const asker = `
const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
const client = new LambdaClient({});
exports.main = async (event) => {
  const { people } = JSON.parse(event.body);
  const lines = [];
  for (const name of people) {
    const Payload = JSON.stringify({ pathParameters: { name } });
    const answer = await client.send(new InvokeCommand({ FunctionName: process.env.GREETER, Payload }));
    lines.push(JSON.parse(Buffer.from(answer.Payload)).body);
  }
  return { statusCode: 201, body: JSON.stringify(lines) };
};`;

const lambda = (code: string, variables: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { ZipFile: code },
    Handler: 'index.main',
    Runtime: 'nodejs22.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Timeout: 20,
    Environment: { Variables: variables },
  },
});

const path = (parent: object, part: string) => ({
  Type: 'AWS::ApiGateway::Resource',
  Properties: { RestApiId: { Ref: 'Front' }, ParentId: parent, PathPart: part },
});

const method = (verb: string, resource: string, target: string) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: { Ref: 'Front' },
    ResourceId: { Ref: resource },
    HttpMethod: verb,
    AuthorizationType: 'NONE',
    Integration: {
      Type: 'AWS_PROXY',
      IntegrationHttpMethod: 'POST',
      Uri: {
        'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${target}.Arn}/invocations`,
      },
    },
  },
});

const permission = (target: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [target, 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Front}/*`,
    },
  },
});

const template = {
  Parameters: { Greeting: { Type: 'String', Default: 'Hello' } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
      },
    },
    Greeter: lambda(greeter, { GREETING: { Ref: 'Greeting' } }),
    Asker: lambda(asker, { GREETER: { Ref: 'Greeter' } }),
    Front: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'front-door' } },
    People: path({ 'Fn::GetAtt': ['Front', 'RootResourceId'] }, 'people'),
    Person: path({ Ref: 'People' }, '{name}'),
    GetPerson: method('GET', 'Person', 'Greeter'),
    PostPeople: method('POST', 'People', 'Asker'),
    GreeterPermission: permission('Greeter'),
    AskerPermission: permission('Asker'),
    Release: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['GetPerson', 'PostPeople'],
      Properties: { RestApiId: { Ref: 'Front' } },
    },
    Live: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId: { Ref: 'Front' },
        DeploymentId: { Ref: 'Release' },
        StageName: 'v1',
      },
    },
  },
  Outputs: { Api: { Value: { Ref: 'Front' } } },
};

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});

afterAll(async () => {
  await cloud?.stop();
});

const deploy = (parameters: Record<string, string> = {}) =>
  deployAssembly(cloud.host, writeAssembly({ 'front-office': { template } }), {
    parameters: { 'front-office': parameters },
  });

it('an app of somebody else, written by hand, is deployed and serves', async () => {
  expect(await deploy()).toMatchObject([{ name: 'front-office', outcome: 'created' }]);
  const greeted = await fetch(`${cloud.endpoint}/people/Ada`);
  expect([greeted.status, await greeted.text()]).toEqual([200, 'Hello, Ada']);
  expect(greeted.headers.get('content-type')).toBe('text/plain');
});

it('its functions call each other with the SDK that the runtime brings', async () => {
  const answer = await fetch(`${cloud.endpoint}/people`, {
    method: 'POST',
    body: JSON.stringify({ people: ['Ada', 'Grace'] }),
  });
  expect([answer.status, await answer.json()]).toEqual([201, ['Hello, Ada', 'Hello, Grace']]);
});

it('methods that it does not have are refused as API Gateway refuses them', async () => {
  const answer = await fetch(`${cloud.endpoint}/people/Ada`, { method: 'DELETE' });
  expect([answer.status, await answer.json()]).toEqual([
    403,
    { message: 'Missing Authentication Token' },
  ]);
});

it('a parameter changes what runs, and removing the stack ends it', async () => {
  expect(await deploy({ Greeting: 'Bonjour' })).toMatchObject([{ outcome: 'updated' }]);
  expect(await (await fetch(`${cloud.endpoint}/people/Ada`)).text()).toBe('Bonjour, Ada');
  await cloud.host.call('cloudformation', 'DeleteStack', { StackName: 'front-office' });
  await vi.waitFor(
    async () => expect((await fetch(`${cloud.endpoint}/people/Ada`)).status).toBe(503),
    30_000,
  );
});
