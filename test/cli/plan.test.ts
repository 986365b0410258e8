import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../cli/command-error.ts';
import { planJson, planText } from '../../cli/plan/report.ts';
import { plan } from '../../cli/plan.ts';
import { RepositoryError } from '../../lib/model-repository/problem.ts';
import { type Files, makeFolder } from '../fixtures/model-folder.ts';
import { identity } from '../fixtures/onnx-models.ts';

const model = identity('FP32');
const folder = (files: Files = { 'm/1/model.onnx': model }) => makeFolder(files);
const text = (plans: ReturnType<typeof plan>) => planText(plans, new PassThrough());

describe('siskin plan', () => {
  it('plans every model of a repository, or the one that is named', () => {
    const models = folder({ 'a/1/model.onnx': model, 'b/1/model.onnx': model });
    expect(plan(models).map((one) => one.model)).toEqual(['a', 'b']);
    expect(plan(models, 'b').map((one) => one.model)).toEqual(['b']);
  });

  it('takes the traffic from the command, else from model.yaml, else assumes some and says so', () => {
    const yaml = 'traffic: {requestsPerMinute: 5, payloadKB: 100}';
    const models = folder({ 'm/1/model.onnx': model, 'm/model.yaml': yaml });
    expect(plan(models, 'm', 7)[0]?.plan.traffic).toEqual({ requestsPerMinute: 7, payloadKB: 100 });
    expect(plan(models)[0]?.plan.traffic).toEqual({ requestsPerMinute: 5, payloadKB: 100 });
    expect(text(plan(folder()))).toContain('(assumed: model.yaml has no traffic)');
  });

  it('prints a table, the reason for target: auto and the assumptions, without colours in a pipe', () => {
    const lines = text(plan(folder()));
    expect(lines).toMatch(/where +a month +idle +beats Lambda from +two fleets/);
    expect(lines).toMatch(/Lambda, 1024 MiB +\$\d+\.\d\d/);
    expect(lines).toMatch(/SageMaker, 1 x ml\.\S+ +\$\d/);
    expect(lines).toMatch(/Batch on Spot, \S+ +\$0\.\d/);
    expect(lines).toContain('target: auto would choose lambda: it fits there');
    expect(lines).not.toContain('\u001b');
  });

  it('prints one JSON document', () => {
    const document = JSON.parse(planJson(plan(folder())));
    expect(document).toMatchObject({
      currency: 'USD',
      models: [{ model: 'm', version: '1', target: 'lambda', auto: { target: 'lambda' } }],
    });
    expect(document.models[0].options[0]).toMatchObject({
      kind: 'lambda',
      // Not 1.2000000000000002, as floating point has it.
      idleMonth: 1.2,
      obstacles: [],
    });
  });

  it('says what is impossible, and why', () => {
    const yaml = 'latency: {p95Ms: 1}';
    const models = folder({ 'm/1/model.onnx': model, 'm/model.yaml': yaml });
    const [one] = plan(models);
    const [lambda, ...others] = one?.plan.options ?? [];
    if (!one || !lambda) return expect.unreachable();
    const obstacles = ['it is too large'];
    const options = [{ ...lambda, obstacles }, ...others];
    const lines = text([{ ...one, plan: { ...one.plan, options } }]);
    expect(lines).toMatch(/Lambda, 1024 MiB .* impossible$/m);
    expect(lines).toContain('Lambda, 1024 MiB: impossible: it is too large');
    expect(lines).toMatch(/serverless, 1 GB: Siskin does not deploy it/);
  });

  it('says why a model finds no place', () => {
    const yaml = 'latency: {p95Ms: 1}';
    const models = folder({ 'm/1/model.onnx': model, 'm/model.yaml': yaml });
    const [one] = plan(models);
    expect(one?.plan.auto).toMatchObject({ target: 'lambda' });
    if (!one) return;
    const auto = { problem: 'fits nowhere. It is too large', fix: 'Make it smaller' };
    expect(text([{ ...one, plan: { ...one.plan, auto } }])).toContain(
      'target: auto would find no place: the model fits nowhere. It is too large. Make it smaller.',
    );
  });

  it('names the nearest model when there is none of that name, and all problems of a broken one', () => {
    expect(() => plan(folder({ 'spam/1/model.onnx': model }), 'spm')).toThrow(
      /no model "spm".*nearest is "spam"/,
    );
    expect(() => plan('nowhere')).toThrow(CommandError);
    const yaml = 'traffic: {requestsPerMinute: -1}\nmemory: 1';
    expect(() => plan(folder({ 'm/1/model.onnx': model, 'm/model.yaml': yaml }))).toThrow(
      RepositoryError,
    );
  });
});
