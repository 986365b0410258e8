import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../functions/model-server/settings.ts';

describe("The container's settings", () => {
  it('are those of the hosting contract where nothing is said', () => {
    expect(readSettings(['serve'], {}, 2)).toEqual({
      folder: '/opt/ml/model',
      model: undefined,
      port: 8080,
      threads: 2,
    });
    expect(readSettings([], {}, 2).port).toBe(8080);
  });

  it("come from SageMaker's and Triton's variables", () => {
    const env = {
      SM_MODEL_DIR: '/m',
      SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'spam',
      SAGEMAKER_BIND_TO_PORT: '9000',
    };
    expect(readSettings(['serve'], env, 1)).toMatchObject({
      folder: '/m',
      model: 'spam',
      port: 9000,
    });
  });

  it('refuse another command and a port that is none', () => {
    expect(() => readSettings(['train'], {})).toThrow('the command is "train"');
    for (const port of ['http', '70000', '-1']) {
      expect(() => readSettings(['serve'], { SAGEMAKER_BIND_TO_PORT: port })).toThrow(`"${port}"`);
    }
  });
});
