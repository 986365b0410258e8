import { Aws, CfnMapping, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Model } from '../../model-repository/model.ts';
import type { SagemakerConfig } from '../../model-repository/sagemaker-config.ts';
import { tritonAccounts, tritonRepository, tritonTag } from './triton-images.ts';

/** What runs in an endpoint's containers, in the words of SageMaker. */
export interface EngineBinding {
  /** URI of the image. */
  readonly image: string;
  /** ARN of the image's repository, which the endpoint must be able to pull from. */
  readonly repositoryArn: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The program that serves a model on an endpoint. */
export abstract class Engine {
  /** NVIDIA's Triton in the image that AWS maintains. */
  static triton(version: string, hasGpu: boolean): Engine {
    return new TritonEngine(version, hasGpu);
  }

  /** An image in ECR that keeps SageMaker's hosting contract, such as Siskin's own model-server. */
  static image(uri: string): Engine {
    return new ImageEngine(uri);
  }

  /** What model.yaml says. */
  static of({ engine, image, tritonVersion, gpus }: SagemakerConfig): Engine {
    if (engine === 'triton') return Engine.triton(tritonVersion, gpus > 0);
    if (image === undefined) throw new Error(`The engine ${engine} needs an image`);
    return Engine.image(image);
  }

  abstract bind(scope: Construct, model: Model): EngineBinding;
}

class TritonEngine extends Engine {
  readonly #version: string;
  readonly #hasGpu: boolean;

  constructor(version: string, hasGpu: boolean) {
    super();
    this.#version = version;
    this.#hasGpu = hasGpu;
  }

  bind(scope: Construct, { name }: Model): EngineBinding {
    // A mapping, because the region is known only where the stack is deployed.
    const accounts = new CfnMapping(scope, 'TritonAccounts', {
      mapping: Object.fromEntries(
        Object.entries(tritonAccounts).map(([region, account]) => [region, { account }]),
      ),
    });
    const account = accounts.findInMap(Aws.REGION, 'account');
    const tag = tritonTag(this.#version, this.#hasGpu);
    return {
      image: `${account}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/${tritonRepository}:${tag}`,
      repositoryArn: Stack.of(scope).formatArn({
        service: 'ecr',
        account,
        resource: 'repository',
        resourceName: tritonRepository,
      }),
      environment: {
        SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: name,
        // Without this the image logs every request, verbosely.
        SAGEMAKER_TRITON_LOG_VERBOSE: 'false',
      },
    };
  }
}

class ImageEngine extends Engine {
  readonly #uri: string;

  constructor(uri: string) {
    super();
    this.#uri = uri;
  }

  bind(scope: Construct, { name }: Model): EngineBinding {
    const [, account, region, repository] =
      this.#uri.match(/^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:@]+)/) ?? [];
    if (!account || !region || !repository) {
      throw new Error(`The image ${this.#uri} is not in ECR: SageMaker pulls from nowhere else`);
    }
    return {
      image: this.#uri,
      repositoryArn: Stack.of(scope).formatArn({
        service: 'ecr',
        account,
        region,
        resource: 'repository',
        resourceName: repository,
      }),
      environment: { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: name },
    };
  }
}
