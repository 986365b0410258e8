import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';
import { errorTexts, operationShapes } from '../../../lib/openapi/operations.ts';
import { publicDocument } from '../../../lib/openapi/public-document.ts';
import { schemas } from '../../../lib/openapi/schemas.ts';
import { routes } from '../../../serving/contract/routes.ts';
import { ModelStatistics } from '../../../serving/telemetry/model-statistics.ts';
import { type RepositoryFiles, writeRepository } from '../../fixtures/inference-app.ts';

const golden = {
  tolerance: { absolute: 1e-5, relative: 1e-5 },
  cases: [
    {
      name: 'two',
      request: { inputs: [{ name: 'x', shape: [1], datatype: 'FP32', data: [2] }] },
      outputs: [{ name: 'y', shape: [1], datatype: 'FP32', data: [3] }],
    },
  ],
};

const withGolden: RepositoryFiles = {
  'plus/1/model.onnx': 1,
  'plus/1/golden.json': JSON.stringify(golden),
  'silent/1/model.onnx': 2,
};

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON
function documentOf(files: RepositoryFiles, auth: 'apiKey' | 'iam' = 'apiKey'): any {
  const { models } = readModelRepository(writeRepository(files));
  return publicDocument({ stage: 'dev', auth, models });
}

describe('The public document', () => {
  it.each(['apiKey', 'iam'] as const)('is valid OpenAPI 3.0 with %s', async (auth) => {
    // Through JSON, as callers get it.
    const document = JSON.parse(JSON.stringify(documentOf(withGolden, auth)));
    const { valid, errors } = await new Validator().validate(document);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('has every route of the table, once', () => {
    const document = documentOf(withGolden);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as object).map(([method, { operationId }]) => [
        operationId,
        method.toUpperCase(),
        path,
      ]),
    );
    expect(operations).toEqual(
      routes.map(({ operationId, method, path }) => [operationId, method, path]),
    );
  });

  it("shows a model's golden request with the answer that it must give", () => {
    const infer = documentOf(withGolden).paths['/v2/models/{model}/infer'].post;
    const request = infer.requestBody.content['application/json'];
    const answer = infer.responses[200].content['application/json'];
    expect(request.examples).toEqual({ plus: { value: golden.cases[0]?.request } });
    expect(answer.examples.plus.value).toEqual({
      model_name: 'plus',
      model_version: '1',
      outputs: golden.cases[0]?.outputs,
    });
  });

  it('names the models that there are', () => {
    const [parameter] = documentOf(withGolden).paths['/v2/models/{model}'].get.parameters;
    expect(parameter).toMatchObject({ name: 'model', schema: { enum: ['plus', 'silent'] } });
  });

  it('asks for the key where the gateway does', () => {
    const { paths } = documentOf(withGolden);
    for (const { path, method, needsKey } of routes) {
      const { security } = paths[path][method.toLowerCase()];
      expect(security, path).toEqual(needsKey ? [{ caller: [] }] : undefined);
    }
  });

  it('tells of the binary form, with the header that it needs both ways', () => {
    const { paths } = documentOf(withGolden);
    for (const path of [
      '/v2/models/{model}/infer',
      '/v2/models/{model}/versions/{version}/infer',
    ]) {
      const { parameters, requestBody, responses } = paths[path].post;
      expect(parameters).toContainEqual(
        expect.objectContaining({ name: 'Inference-Header-Content-Length', in: 'header' }),
      );
      expect(requestBody.content).toHaveProperty(['application/octet-stream']);
      expect(responses[200].content).toHaveProperty(['application/octet-stream']);
      expect(responses[200].headers).toHaveProperty(['Inference-Header-Content-Length']);
    }
  });

  it('names every member of the statistics', () => {
    const report = new ModelStatistics('m').report('1') as { inference_stats: object };
    const { properties } = schemas.VersionStatistics;
    expect(Object.keys(properties)).toEqual(Object.keys(report));
    expect(properties.inference_stats).toMatchObject({
      required: Object.keys(report.inference_stats),
    });
  });

  it('explains every status that an operation may answer', () => {
    const statuses = Object.values(operationShapes).flatMap(({ errors }) => errors);
    for (const status of statuses) expect(errorTexts[status], String(status)).toBeDefined();
  });
});
