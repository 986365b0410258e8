import { describe, expect, it, onTestFinished } from 'vitest';
import type { Operation } from '../../../../local/host/provider.ts';
import { LambdaCloud, type LambdaCloudOptions } from './lambda-cloud.ts';

const VERSION = 'exports.handler = async () => process.env.AWS_LAMBDA_FUNCTION_VERSION;';

async function start(options: LambdaCloudOptions = {}): Promise<LambdaCloud> {
  const cloud = new LambdaCloud(options);
  await cloud.start();
  onTestFinished(() => cloud.remove());
  return cloud;
}

/** Numbers from 0 up to 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

async function release(cloud: LambdaCloud, name: string, text: string): Promise<string> {
  await cloud.call('UpdateFunctionConfiguration', {
    FunctionName: name,
    Environment: { Variables: { RELEASE: text } },
  });
  const { Version } = await cloud.call('PublishVersion', { FunctionName: name });
  return String(Version);
}

describe('versions and aliases', () => {
  it('numbers versions and gives the last one again when nothing has changed', async () => {
    const cloud = await start();
    await cloud.create('f', VERSION);
    expect(await release(cloud, 'f', 'a')).toBe('1');
    expect(await release(cloud, 'f', 'a')).toBe('1');
    expect(await release(cloud, 'f', 'b')).toBe('2');
    expect(await release(cloud, 'f', 'a')).toBe('3');
    await cloud.call('DeleteFunction', { FunctionName: 'f', Qualifier: '3' });
    expect(await release(cloud, 'f', 'a')).toBe('4');
    const { Versions } = await cloud.call<{ Versions: { Version: string }[] }>(
      'ListVersionsByFunction',
      { FunctionName: 'f' },
    );
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2', '4']);
  });

  it('goes on serving a version as it was published', async () => {
    const cloud = await start();
    await cloud.create('f', 'exports.handler = async () => process.env.RELEASE;');
    await release(cloud, 'f', 'old');
    await release(cloud, 'f', 'new');
    expect((await cloud.invoke('f:1')).value).toBe('old');
    expect((await cloud.invoke('f', {}, { Qualifier: '2' })).value).toBe('new');
  });

  it('gives environments of $LATEST up when its configuration changes', async () => {
    const cloud = await start();
    await cloud.create('f', 'exports.handler = async () => [process.pid, process.env.RELEASE];');
    const [before] = (await cloud.invoke('f')).value;
    expect((await cloud.invoke('f')).value[0]).toBe(before);
    await release(cloud, 'f', 'x');
    expect((await cloud.invoke('f')).value).toEqual([expect.not.closeTo(before, 0), 'x']);
  });

  it('splits requests by the weights of an alias', async () => {
    const cloud = await start({ random: seeded(7) });
    await cloud.create('f', VERSION);
    await release(cloud, 'f', 'a');
    await release(cloud, 'f', 'b');
    await cloud.call('CreateAlias', {
      FunctionName: 'f',
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } },
    });
    let second = 0;
    for (let i = 0; i < 2000; i++) {
      const { value, ExecutedVersion } = await cloud.invoke('f:live');
      expect(ExecutedVersion).toBe(value);
      if (value === '2') second += 1;
    }
    const deviation = Math.sqrt(2000 * 0.1 * 0.9);
    expect(Math.abs(second - 200)).toBeLessThan(3 * deviation);
    await cloud.call('UpdateAlias', {
      FunctionName: 'f',
      Name: 'live',
      FunctionVersion: '2',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    expect((await cloud.invoke('f:live')).value).toBe('2');
  });

  it('keeps a version that an alias needs', async () => {
    const cloud = await start();
    await cloud.create('f', VERSION);
    await release(cloud, 'f', 'a');
    await cloud.call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    await expect(
      cloud.call('DeleteFunction', { FunctionName: 'f', Qualifier: '1' }),
    ).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 });
    await expect(
      cloud.call('UpdateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '9' }),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('serves the same versions after a stop and a start', async () => {
    const first = new LambdaCloud();
    await first.start();
    await first.create('f', VERSION);
    await release(first, 'f', 'a');
    await release(first, 'f', 'b');
    await first.call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    expect((await first.invoke('f:live')).value).toBe('1');
    await first.stop();
    const second = await start({ state: first.state });
    expect((await second.invoke('f:live')).value).toBe('1');
    expect((await second.invoke('f:2')).value).toBe('2');
    expect(await release(second, 'f', 'b')).toBe('2');
  });

  it('runs no more at once than is reserved', async () => {
    const cloud = await start();
    await cloud.create(
      'f',
      'exports.handler = (e) => e.stay ? new Promise((r) => setTimeout(r, 1e4)) : 1;',
    );
    await cloud.call('PutFunctionConcurrency', {
      FunctionName: 'f',
      ReservedConcurrentExecutions: 1,
    });
    const staying = cloud.invoke('f', { stay: true }).catch(() => 'cut off');
    await expect(cloud.invoke('f')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    expect(await cloud.sum('Throttles', 'FunctionName=f', 'Resource=f')).toBe(1);
    await cloud.call('DeleteFunction', { FunctionName: 'f' });
    void staying;
  });

  it('says everything that is wrong with a configuration', async () => {
    const cloud = await start();
    await expect(
      cloud.create('f', VERSION, { Runtime: 'python3.12', Timeout: 901, MemorySize: 64 }),
    ).rejects.toThrow(/Runtime is 'python3.12'.*Timeout is 901.*MemorySize is 64/);
  });
});

describe('asynchronous invocations', () => {
  it('are tried three times, a minute and two apart, and then given up', async () => {
    const cloud = await start();
    await cloud.create('f', 'exports.handler = async () => { throw new Error("no"); };');
    expect((await cloud.invoke('f', {}, { InvocationType: 'Event' })).StatusCode).toBe(202);
    const attempts = async (expected: number, minutes: number) => {
      await cloud.clock.advance(minutes * 60_000);
      await expect.poll(() => cloud.sum('Invocations', 'FunctionName=f')).toBe(expected);
    };
    await attempts(1, 0);
    await attempts(2, 1);
    await attempts(3, 2);
    await attempts(3, 60);
    expect(cloud.warnings).toEqual(['An event for f was given up']);
  });

  it('survive a stop', async () => {
    const first = new LambdaCloud();
    await first.start();
    await first.create('f', 'exports.handler = async (e) => { if (!process.env.OK) throw 1; };');
    await first.invoke('f', { a: 1 }, { InvocationType: 'Event' });
    await first.stop();
    const second = await start({ state: first.state });
    await second.call('UpdateFunctionConfiguration', {
      FunctionName: 'f',
      Environment: { Variables: { OK: '1' } },
    });
    await expect.poll(() => second.sum('Invocations', 'FunctionName=f')).toBe(1);
    expect(await second.sum('Errors', 'FunctionName=f')).toBe(0);
  });

  it('are not run for DryRun, and refused when they are no JSON', async () => {
    const cloud = await start();
    await cloud.create('f', VERSION);
    expect((await cloud.invoke('f', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    await expect(
      cloud.call('Invoke', {
        FunctionName: 'f',
        InvocationType: 'Event',
        Payload: Buffer.from('{'),
      }),
    ).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  });
});

describe('what a function leaves behind', () => {
  const TALKS = `console.log('load');
    exports.handler = async (e) => {
      console.warn('two\\nlines', { a: 1 });
      process.stdout.write('{"_aws":{}}\\n');
      process.stderr.write('plain');
      if (e.fail) throw new Error('bad');
    };`;

  it('is its log, as Lambda writes it', async () => {
    const cloud = await start();
    await cloud.create('f', TALKS);
    await cloud.invoke('f');
    const log = await cloud.log();
    const id = '[0-9a-f-]{36}';
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    const expected = [
      /^INIT_START Runtime Version: nodejs:24\.local/,
      new RegExp(`^${time}\tundefined\tINFO\tload$`),
      new RegExp(`^START RequestId: ${id} Version: \\$LATEST$`),
      new RegExp(`^${time}\t${id}\tWARN\ttwo\nlines { a: 1 }$`),
      /^\{"_aws":\{\}\}$/,
      new RegExp(`^END RequestId: ${id}$`),
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms$`,
      ),
    ];
    expect(log).toEqual(expected.map((line) => expect.stringMatching(line)));
    expect(cloud.lines[0]?.stream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    await cloud.stop();
    expect(cloud.lines.at(-1)?.message).toBe('plain');
  });

  it('is the end of its log for who asks', async () => {
    const cloud = await start();
    await cloud.create('f', TALKS);
    const { LogResult } = await cloud.invoke('f', { fail: true }, { LogType: 'Tail' });
    const lines = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(lines).toMatch(
      /^START .*\n.*two\nlines[\s\S]*Invoke Error[\s\S]*\nEND .*\nREPORT .*\n$/,
    );
  });

  it('is JSON when its logging says so, from the level that it names', async () => {
    const cloud = await start();
    await cloud.create(
      'f',
      `exports.handler = async () => { console.info('no'); console.error('yes %d', 1, new TypeError('t')); };`,
      { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } },
    );
    await cloud.invoke('f');
    const records = (await cloud.log()).map((line) => JSON.parse(line));
    expect(records.map((record) => record.type ?? record.level)).toEqual([
      'platform.initStart',
      'platform.start',
      'ERROR',
      'platform.report',
    ]);
    expect(records[2]).toMatchObject({
      errorType: 'TypeError',
      message: expect.stringMatching(/^yes 1/),
    });
    expect(records[3].record).toMatchObject({ status: 'success', metrics: { memorySizeMB: 128 } });
  });

  it('is counted for the function, the alias and the version that answered', async () => {
    const cloud = await start();
    await cloud.create('f', 'exports.handler = async (e) => { if (e.fail) throw 1; };');
    await release(cloud, 'f', 'a');
    await cloud.call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    await cloud.invoke('f');
    await cloud.invoke('f:live');
    await cloud.invoke('f:live', { fail: true });
    const alias = ['FunctionName=f', 'Resource=f:live'];
    expect(await cloud.sum('Invocations', 'FunctionName=f')).toBe(3);
    expect(await cloud.sum('Invocations', 'FunctionName=f', 'Resource=f')).toBe(1);
    expect(await cloud.sum('Invocations', ...alias)).toBe(2);
    expect(await cloud.sum('Errors', ...alias, 'ExecutedVersion=1')).toBe(1);
    expect(await cloud.sum('Duration', ...alias, 'ExecutedVersion=1')).toBeGreaterThan(0);
    expect(await cloud.sum('ConcurrentExecutions', 'FunctionName=f')).toBe(3);
  });

  it('is no process and no file once Lambda has stopped', async () => {
    const cloud = new LambdaCloud();
    await cloud.start();
    await cloud.create('f', 'exports.handler = async () => [process.pid, process.env.TMPDIR];');
    const [pid, folder] = (await cloud.invoke('f')).value;
    await cloud.remove();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect((await import('node:fs')).existsSync(folder)).toBe(false);
  });
});

describe('streamed answers', () => {
  const STREAMS = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      if (event.early) throw new RangeError('early');
      stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
      stream.write('a');
      await new Promise(setImmediate);
      stream.write('b');
      if (event.late) throw new RangeError('late');
      stream.end();
    });`;

  interface Streamed {
    readonly ResponseStreamContentType: string;
    readonly EventStream: AsyncIterable<{
      PayloadChunk?: { Payload: Buffer };
      InvokeComplete?: { ErrorCode?: string; ErrorDetails?: string };
    }>;
  }

  async function stream(cloud: LambdaCloud, event: object) {
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await cloud.call<Streamed>('InvokeWithResponseStream', {
      FunctionName: 's',
      Payload,
    });
    let text = '';
    let error: string | undefined;
    for await (const { PayloadChunk, InvokeComplete } of answer.EventStream) {
      text += PayloadChunk?.Payload.toString() ?? '';
      error ??= InvokeComplete?.ErrorDetails;
    }
    return { text, error, type: answer.ResponseStreamContentType };
  }

  it('come as they are written, or say why they broke', async () => {
    const cloud = await start();
    await cloud.create('s', STREAMS);
    const prelude = `{"statusCode":201}${'\0'.repeat(8)}`;
    expect(await stream(cloud, {})).toEqual({
      text: `${prelude}ab`,
      error: undefined,
      type: 'application/vnd.awslambda.http-integration-response',
    });
    expect(await stream(cloud, { late: true })).toMatchObject({
      text: `${prelude}ab`,
      error: expect.stringContaining('"errorMessage":"late"'),
    });
    expect(await stream(cloud, { early: true })).toMatchObject({
      text: '',
      error: expect.stringContaining('"errorMessage":"early"'),
    });
  });

  it('are gathered for a caller who does not stream', async () => {
    const cloud = await start();
    await cloud.create('s', STREAMS);
    const call = cloud.call<{ Payload: Buffer }>('Invoke', { FunctionName: 's' });
    expect((await call).Payload.toString()).toMatch(/ab$/);
  });
});

describe('an alias in a template', () => {
  const policy = {
    CodeDeployLambdaAliasUpdate: {
      ApplicationName: 'app',
      DeploymentGroupName: 'group',
      BeforeAllowTrafficHook: 'hook',
    },
  };

  async function aliasUpdate(statuses: object[], rollingBack = false) {
    const calls: { operation: string; input: Record<string, never> }[] = [];
    const record =
      (operation: string, answer: () => unknown): Operation =>
      (input) => {
        calls.push({ operation, input });
        return answer();
      };
    const cloud = await start({
      services: {
        codedeploy: {
          CreateDeployment: record('CreateDeployment', () => ({ deploymentId: 'd-1' })),
          GetDeployment: record('GetDeployment', () => ({ deploymentInfo: statuses.shift() })),
          StopDeployment: record('StopDeployment', () => ({})),
        },
      },
    });
    await cloud.create('f', VERSION);
    await release(cloud, 'f', 'a');
    await release(cloud, 'f', 'b');
    const alias = cloud.host.resourceType('AWS::Lambda::Alias');
    const abort = new AbortController();
    const request = (FunctionVersion: string) => ({
      stackName: 's',
      stackId: 'arn:s',
      logicalId: 'Alias',
      properties: { FunctionName: 'f', Name: 'live', FunctionVersion },
      updatePolicy: policy,
      rollingBack,
      signal: abort.signal,
    });
    const created = await alias?.create(request('1'));
    const current = {
      physicalId: created?.physicalId ?? '',
      properties: request('1').properties,
      attributes: {},
    };
    const updating = Promise.resolve(alias?.update?.(request('2'), current));
    const version = async () =>
      (await cloud.call('GetAlias', { FunctionName: 'f', Name: 'live' })).FunctionVersion;
    return { cloud, calls, updating, version, abort };
  }

  it('has CodeDeploy move its traffic, and waits for it', async () => {
    const { cloud, calls, updating, version } = await aliasUpdate([
      { status: 'InProgress' },
      { status: 'Succeeded' },
    ]);
    await cloud.clock.advance(0);
    expect(await version()).toBe('1');
    await cloud.clock.advance(5000);
    await updating;
    expect(await version()).toBe('2');
    expect(calls.map(({ operation }) => operation)).toEqual([
      'CreateDeployment',
      'GetDeployment',
      'GetDeployment',
    ]);
    const revision = calls[0]?.input.revision as unknown as { appSpecContent: { content: string } };
    expect(JSON.parse(revision.appSpecContent.content)).toEqual({
      version: 0,
      Resources: [
        {
          Alias: {
            Type: 'AWS::Lambda::Function',
            Properties: { Name: 'f', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' },
          },
        },
      ],
      Hooks: [{ BeforeAllowTraffic: 'hook' }],
    });
  });

  it('fails with the reason of CodeDeploy', async () => {
    const { updating } = await aliasUpdate([
      { status: 'Stopped', errorInformation: { message: 'alarm rang' } },
    ]);
    await expect(updating).rejects.toThrow('CodeDeploy deployment d-1 stopped: alarm rang');
  });

  it('stops the deployment when CloudFormation gives up', async () => {
    const { cloud, calls, updating, abort } = await aliasUpdate([{ status: 'InProgress' }]);
    const failed = expect(updating).rejects.toThrow('given up');
    await cloud.clock.advance(0);
    abort.abort(new Error('given up'));
    await failed;
    expect(calls.at(-1)).toEqual({
      operation: 'StopDeployment',
      input: { deploymentId: 'd-1', autoRollbackEnabled: true },
    });
  });

  it('moves at once while CloudFormation rolls back', async () => {
    const { calls, updating, version } = await aliasUpdate([], true);
    await updating;
    expect(await version()).toBe('2');
    expect(calls).toEqual([]);
  });
});
