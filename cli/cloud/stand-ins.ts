import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defaultOutDir, prebuilt } from '../../build/project.ts';
import type { StandIn } from '../../local/host/stand-in.ts';

/**
 * What runs here in place of the images that SageMaker endpoints are made of. Triton's image needs
 * Docker and a GPU; our own server keeps the same contract on the CPU: it reads the same folder with
 * config.pbtxt and speaks the same media types.
 */
export function endpointStandIns(outDir = defaultOutDir()): StandIn[] {
  const functions = prebuilt('functions') ?? join(outDir, 'functions');
  // The image would bring onnxruntime along; here it is the one that Siskin is installed with.
  const onnxruntime = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const modelServer = {
    entryPoint: [process.execPath, join(functions, 'model-server', 'index.js')],
    environment: { NODE_PATH: dirname(dirname(onnxruntime)) },
  };
  return [
    { ...modelServer, image: /\/sagemaker-tritonserver:/ },
    { ...modelServer, image: /\/siskin-model-server[:@]/ },
  ];
}
