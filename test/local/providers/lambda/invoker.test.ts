import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import { LambdaCloud } from './lambda-cloud.ts';

const ECHO = 'exports.handler = async (event) => ({ event });';
/** Answers the first event at once and never the others. */
const STUCK =
  'exports.handler = (event) => { if (event.stuck) for (;;); return Promise.resolve("fine"); };';

describe('a function', () => {
  const cloud = new LambdaCloud();
  beforeAll(() => cloud.start());
  afterAll(() => cloud.remove());

  it('answers with what its handler returns', async () => {
    await cloud.create('echo', ECHO);
    const answer = await cloud.invoke('echo', { text: 'gr\u00fc\u00dfe', n: 1.5 });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.value).toEqual({ event: { text: 'gr\u00fc\u00dfe', n: 1.5 } });
  });

  it('is found by its name, its partial ARN and its ARN', async () => {
    for (const name of [
      'function:echo',
      '000000000000:function:echo',
      'arn:aws:lambda:us-east-1:000000000000:function:echo',
      'echo:$LATEST',
    ]) {
      expect((await cloud.invoke(name, 1)).value).toEqual({ event: 1 });
    }
  });

  it('sees its own variables and those of Lambda, and none of the host', async () => {
    process.env.SISKIN_TEST_SECRET = 'secret';
    await cloud.create('variables', 'exports.handler = async () => process.env;', {
      MemorySize: 512,
      Environment: { Variables: { OWN: 'value' } },
    });
    const { value } = await cloud.invoke('variables');
    expect(value).toMatchObject({
      OWN: 'value',
      AWS_LAMBDA_FUNCTION_NAME: 'variables',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/variables',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:8080',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    expect(value._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};/);
    expect(value).not.toHaveProperty('SISKIN_TEST_SECRET');
    expect(value).not.toHaveProperty('NODE_OPTIONS');
  });

  it('may set variables that Node reads when it boots', async () => {
    await cloud.create('boot', 'exports.handler = async () => process.title;', {
      Environment: { Variables: { NODE_OPTIONS: '--title=chosen' } },
    });
    expect((await cloud.invoke('boot')).value).toBe('chosen');
  });

  it('gets the context that handlers know', async () => {
    await cloud.create(
      'context',
      'exports.handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis() });',
      { Timeout: 7 },
    );
    const { value } = await cloud.invoke('context', {}, { ClientContext: '' });
    expect(value).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context',
    });
    expect(value.left).toBeGreaterThan(0);
    expect(value.left).toBeLessThanOrEqual(7000);
  });

  it('finds the AWS SDK, as in Lambda', async () => {
    const source = `
      const { LambdaClient } = require('@aws-sdk/client-lambda');
      exports.handler = async () => new LambdaClient({}).config.serviceId;`;
    await cloud.create('sdk', source);
    expect((await cloud.invoke('sdk')).value).toBe('Lambda');
  });

  it('does not find what it forgot to bundle', async () => {
    await cloud.create('forgot', "require('zod'); exports.handler = async () => 1;");
    const answer = await cloud.invoke('forgot');
    expect(answer.FunctionError).toBe('Unhandled');
    expect(answer.value).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(answer.value.errorMessage).toContain("Cannot find module 'zod'");
  });

  it('that throws is answered with its error', async () => {
    await cloud.create('throws', 'exports.handler = async () => { throw new TypeError("no"); };');
    const answer = await cloud.invoke('throws');
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(answer.value).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
    expect(answer.value.trace[0]).toBe('TypeError: no');
  });

  it('that fails to load says so to every caller, and others go on', async () => {
    await cloud.create('broken', 'throw new RangeError("at load");');
    for (const _ of [1, 2]) {
      const { value } = await cloud.invoke('broken');
      expect(value).toMatchObject({ errorType: 'RangeError', errorMessage: 'at load' });
    }
    expect((await cloud.invoke('echo', 2)).value).toEqual({ event: 2 });
  });

  it('whose handler is missing says which', async () => {
    await cloud.create('missing', 'exports.other = 1;');
    expect((await cloud.invoke('missing')).value).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
    });
  });

  it.each([
    ['process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['process.exit(0)', 'Runtime exited without providing a reason'],
    [
      'process.kill(process.pid, "SIGKILL"); for (;;);',
      'Runtime exited with error: signal: killed',
    ],
  ])(
    'that ends its process by %s fails that request, and the next one works',
    async (end, reason) => {
      const name = `dies-${end.replace(/\W/g, '').slice(0, 20)}`;
      await cloud.create(
        name,
        `exports.handler = async (e) => { if (e.die) { ${end} } return "up"; };`,
      );
      const died = await cloud.invoke(name, { die: true });
      expect(died).toMatchObject({ FunctionError: 'Unhandled' });
      expect(died.value.errorType).toBe('Runtime.ExitError');
      expect(died.value.errorMessage).toMatch(
        new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`),
      );
      expect((await cloud.invoke(name)).value).toBe('up');
    },
  );

  it('that crashes after its answer troubles nobody', async () => {
    const source = `exports.handler = async (e) => {
      if (e.later) setImmediate(() => { throw new Error("late"); });
      return "up";
    };`;
    await cloud.create('late', source);
    expect((await cloud.invoke('late', { later: true })).value).toBe('up');
    await expect.poll(async () => (await cloud.invoke('late')).value).toBe('up');
  });

  it('may be an ES module and import from its layers', async () => {
    await cloud.create('module', '', {
      Code: {
        ZipFile: (await import('./lambda-cloud.ts')).zip({
          'app/main.mjs': `
        import { LambdaClient } from '@aws-sdk/client-lambda';
        export const deep = { run: async (e) => [e, typeof LambdaClient] };`,
        }),
      },
      Handler: 'app/main.deep.run',
    });
    expect((await cloud.invoke('module', 5)).value).toEqual([5, 'function']);
  });

  it('may take a callback before Node 24, and is refused one after', async () => {
    const source = 'exports.handler = (e, c, done) => setImmediate(done, null, e.n + 1);';
    await cloud.create('callback', source, { Runtime: 'nodejs22.x' });
    await cloud.create('callback-24', source);
    expect((await cloud.invoke('callback', { n: 1 })).value).toBe(2);
    expect((await cloud.invoke('callback-24', { n: 1 })).value.errorType).toBe(
      'Runtime.CallbackHandlerDeprecated',
    );
  });

  it('may answer with megabytes, but not with more than Lambda takes', async () => {
    await cloud.create('large', 'exports.handler = async (e) => "x".repeat(e.size);');
    expect((await cloud.invoke('large', { size: 5_000_000 })).value).toHaveLength(5_000_000);
    const { value } = await cloud.invoke('large', { size: 6_291_600 });
    expect(value).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage:
        'Response payload size (6291602 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect((await cloud.invoke('large', { size: 1 })).value).toBe('x');
  });

  it('takes events up to 6 MB', async () => {
    const whole = await cloud.invoke('echo', 'y'.repeat(6_291_454));
    expect(whole.value.event).toHaveLength(6_291_454);
    await expect(cloud.invoke('echo', 'y'.repeat(6_291_455))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      status: 413,
    });
  }, 30_000);

  it('refuses an event that is not JSON, without counting it', async () => {
    await expect(
      cloud.call('Invoke', { FunctionName: 'echo', Payload: Buffer.from('{"a":') }),
    ).rejects.toMatchObject({ code: 'InvalidRequestContentException', status: 400 });
    expect((await cloud.invoke('echo', 3)).value).toEqual({ event: 3 });
  });

  it('that is not there is told by name', async () => {
    await expect(cloud.invoke('nobody')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });
});

describe('the timeout of a function', () => {
  it('ends a stuck handler and answers; the next request gets a new process', async () => {
    const time = new ManualClock();
    const cloud = new LambdaCloud({ time });
    await cloud.start();
    try {
      await cloud.create('stuck', STUCK, { Timeout: 3 });
      expect((await cloud.invoke('stuck')).value).toBe('fine');
      const stuck = cloud.invoke('stuck', { stuck: true });
      await time.advance(3000);
      const { value, FunctionError } = await stuck;
      expect(FunctionError).toBe('Unhandled');
      expect(value.errorType).toBe('Sandbox.Timedout');
      expect(value.errorMessage).toMatch(
        /^RequestId: \S+ Error: Task timed out after 3.00 seconds$/,
      );
      expect((await cloud.invoke('stuck')).value).toBe('fine');
    } finally {
      await cloud.remove();
    }
  });

  it('bounds an initialization that is done again after ten seconds', async () => {
    const time = new ManualClock();
    const cloud = new LambdaCloud({ time });
    await cloud.start();
    try {
      await cloud.create('endless', 'for (;;);', { Timeout: 5 });
      const endless = cloud.invoke('endless');
      await time.advance(10_000);
      // The second start of the process has the function's own timeout.
      await expect.poll(() => time.pending).toBeGreaterThan(0);
      await time.advance(5000);
      expect((await endless).value.errorMessage).toContain('Task timed out after 5.00 seconds');
      const log = await cloud.log();
      expect(log.filter((line) => line.startsWith('INIT_REPORT'))).toEqual([
        expect.stringContaining('Phase: init\tStatus: timeout'),
        expect.stringContaining('Phase: invoke\tStatus: timeout'),
      ]);
    } finally {
      await cloud.remove();
    }
  });
});
