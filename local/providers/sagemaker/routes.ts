import type { Route } from '../../host/provider.ts';

const HEADER = 'X-Amzn-SageMaker';

/** Where SageMaker Runtime's operations are on the wire; all others are in AWS JSON. */
export const sagemakerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/endpoints/{EndpointName}/invocations',
    operation: 'InvokeEndpoint',
    inputBlob: 'Body',
    inputNames: {
      ContentType: 'Content-Type',
      Accept: 'Accept',
      CustomAttributes: `${HEADER}-Custom-Attributes`,
      TargetModel: `${HEADER}-Target-Model`,
      TargetVariant: `${HEADER}-Target-Variant`,
      TargetContainerHostname: `${HEADER}-Target-Container-Hostname`,
      InferenceId: `${HEADER}-Inference-Id`,
      InferenceComponentName: `${HEADER}-Inference-Component`,
      SessionId: `${HEADER}-Session-Id`,
    },
    outputBlob: 'Body',
    outputHeaders: {
      ContentType: 'Content-Type',
      InvokedProductionVariant: 'x-Amzn-Invoked-Production-Variant',
      CustomAttributes: `${HEADER}-Custom-Attributes`,
    },
  },
  {
    method: 'POST',
    path: '/endpoints/{EndpointName}/async-invocations',
    operation: 'InvokeEndpointAsync',
    inputBlob: 'Body',
    inputNames: {
      ContentType: `${HEADER}-Content-Type`,
      Accept: `${HEADER}-Accept`,
      CustomAttributes: `${HEADER}-Custom-Attributes`,
      InferenceId: `${HEADER}-Inference-Id`,
      InputLocation: `${HEADER}-InputLocation`,
      RequestTTLSeconds: `${HEADER}-RequestTTLSeconds`,
      InvocationTimeoutSeconds: `${HEADER}-InvocationTimeoutSeconds`,
    },
    status: 202,
    outputHeaders: {
      OutputLocation: `${HEADER}-OutputLocation`,
      FailureLocation: `${HEADER}-FailureLocation`,
    },
  },
];
