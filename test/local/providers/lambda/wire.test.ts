import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetLayerVersionByArnCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '../../../../local/wire/dispatch.ts';
import { LambdaCloud, zip } from './lambda-cloud.ts';

const cloud = new LambdaCloud();
let server: Server;
let client: LambdaClient;

beforeAll(async () => {
  await cloud.start();
  server = createServer((request, response) => dispatch(cloud.host, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await cloud.remove();
});

describe('the unmodified SDK', () => {
  it('creates, publishes, aliases, calls and deletes a function', async () => {
    const layer = await client.send(
      new PublishLayerVersionCommand({
        LayerName: 'shared',
        Content: { ZipFile: zip({ 'nodejs/node_modules/x/index.js': 'module.exports = 5;' }) },
      }),
    );
    expect(
      await client.send(new GetLayerVersionByArnCommand({ Arn: layer.LayerVersionArn })),
    ).toMatchObject({ Version: 1 });
    const created = await client.send(
      new CreateFunctionCommand({
        FunctionName: 'f',
        Runtime: 'nodejs24.x',
        Role: 'arn:aws:iam::000000000000:role/r',
        Handler: 'index.handler',
        Layers: [layer.LayerVersionArn as string],
        Code: {
          ZipFile: zip({
            'index.js':
              'exports.handler = async (e) => { if (e.bad) throw new Error("no"); return e.n + require("x"); };',
          }),
        },
      }),
    );
    expect(created).toMatchObject({ State: 'Active', Version: '$LATEST' });
    await client.send(new PublishVersionCommand({ FunctionName: 'f' }));
    await client.send(
      new CreateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' }),
    );
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: 'f:live',
        Payload: Buffer.from('{"n":1}'),
        LogType: 'Tail',
      }),
    );
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.Payload?.transformToString()).toBe('6');
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('REPORT RequestId');
    const bad = await client.send(
      new InvokeCommand({ FunctionName: 'f', Payload: Buffer.from('{"bad":1}') }),
    );
    expect(bad.FunctionError).toBe('Unhandled');
    const event = await client.send(
      new InvokeCommand({ FunctionName: 'f', InvocationType: 'Event' }),
    );
    expect(event.StatusCode).toBe(202);
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['f']);
    const arn = created.FunctionArn as string;
    await client.send(new TagResourceCommand({ Resource: arn, Tags: { a: '1', b: '2' } }));
    await client.send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a'] }));
    expect((await client.send(new ListTagsCommand({ Resource: arn }))).Tags).toEqual({ b: '2' });
    await client.send(
      new AddPermissionCommand({
        FunctionName: 'f',
        Qualifier: 'live',
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
    const { Policy } = await client.send(
      new GetPolicyCommand({ FunctionName: 'f', Qualifier: 'live' }),
    );
    expect(JSON.parse(Policy ?? '').Statement[0]).toMatchObject({ Sid: 's', Effect: 'Allow' });
    expect(await client.send(new GetFunctionCommand({ FunctionName: arn }))).toMatchObject({
      Tags: { b: '2' },
    });
    await client.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
    await expect(
      client.send(new GetAliasCommand({ FunctionName: 'f', Name: 'live' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
