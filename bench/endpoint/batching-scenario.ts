import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { type Artifacts, buildArtifacts } from '../../build/artifacts.ts';
import { bundleOf } from '../../build/functions.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { tritonBinaryType } from '../../serving/contract/endpoint.ts';
import { checkNumbers, numbersOf } from '../handler/check-answer.ts';
import { type Load, sendFor, sendOnce } from '../local-cloud/load.ts';
import { freePort, Server } from '../local-cloud/server.ts';
import { interleave, type Measure, measured } from '../measure/sides.ts';
import { type BenchModel, writeModels } from '../models/bench-models.ts';
import { type ModelInput, modelInput, type RequestBody } from '../models/request.ts';
import { atLeast, type Bench, type Row, type Scenario } from '../scenario.ts';

const model: BenchModel = 'thumbnails';
const callers = 8;

/** A container of an endpoint. */
interface Container {
  readonly server: Server;
  readonly port: number;
}

/** What a container gains by joining requests that wait, as config.pbtxt has it. */
export const batchingScenario: Scenario = {
  name: 'batching',
  title: 'Dynamic batching of an endpoint',
  run: async (bench) => {
    const joining = `maxBatch: ${callers}, preferredBatches: [${callers}], queueDelayMicros: 500`;
    const batching = await start('batching', joining, bench);
    try {
      const single = await start('single', 'maxBatch: 0', bench);
      try {
        return [await compare(batching, single, bench)];
      } finally {
        await single.server.stop();
      }
    } finally {
      await batching.server.stop();
    }
  },
};

/** The model server on an archive that the build packed. */
async function start(name: string, settings: string, { folder, progress }: Bench) {
  progress(`start the container "${name}"`);
  const models = writeModels(join(folder, name), [model]);
  const endpoint = `target: sagemaker\nsagemaker: {instance: ml.c5.large, ${settings}}\n`;
  writeFileSync(join(models, model, 'model.yaml'), endpoint);
  const artifacts = await buildArtifacts(readModelRepository(models));
  const unpacked = join(folder, `${name}-unpacked`);
  await unpack(artifacts, unpacked);
  return await startContainer(artifacts, unpacked);
}

async function unpack(artifacts: Artifacts, folder: string): Promise<void> {
  const archive = artifacts.archives.get(model);
  if (!archive) throw new Error(`The build made no archive of ${model}`);
  await pipeline(createReadStream(archive.live.path), createGunzip(), unpackTar(folder));
}

async function startContainer(artifacts: Artifacts, folder: string): Promise<Container> {
  const port = await freePort();
  const server = await Server.start({
    command: process.execPath,
    parameters: [join(bundleOf(artifacts.functions, 'model-server').folder, 'index.js'), 'serve'],
    env: {
      NODE_PATH: join(artifacts.layer.folder, 'nodejs', 'node_modules'),
      SM_MODEL_DIR: folder,
      SAGEMAKER_BIND_TO_PORT: String(port),
    },
    folder,
    ready: /"ready"/,
  });
  return { server, port };
}

async function compare(batching: Container, single: Container, bench: Bench): Promise<Row> {
  await checkAnswers(batching, single);
  bench.progress('measure');
  const seconds = bench.quick ? 1 : 3;
  const load = ({ port, server }: Container): Measure => {
    const request = requestBody(modelInput(model));
    return async () => {
      const before = server.cpuMicros();
      const sent = await sendFor({ ...to(port, request), callers }, seconds * 1000);
      const cpuMicros = (server.cpuMicros() - before) / sent.requests;
      return { value: sent.requests / sent.seconds, cpuMicros };
    };
  };
  for (const side of [batching, single]) await load(side)();
  const sides = await interleave(load(batching), load(single), bench.quick ? 3 : 7);
  return {
    subject: `dynamic batching, requests/s of a container, 32x32x3 image binary, ${callers} callers`,
    baseline: 'the same container without it',
    goal: atLeast(1.2),
    outcome: measured('requests/s', sides),
  };
}

/** Answers that were computed together must be those that were computed alone. */
async function checkAnswers(batching: Container, single: Container): Promise<void> {
  const { data, ...rest } = modelInput(model);
  const requests = Array.from({ length: callers }, (_, at) =>
    requestBody({ ...rest, data: data.map((value) => value * (1 - at / (2 * callers))) }),
  );
  const ask = (port: number) => async (request: RequestBody) =>
    numbersOf(await sendOnce(to(port, request)), {});
  const together = await Promise.all(requests.map(ask(batching.port)));
  for (const [at, request] of requests.entries()) {
    const found = together[at];
    if (found) checkNumbers(found, await ask(single.port)(request));
  }
}

function to(port: number, request: RequestBody): Load {
  return { port, path: '/invocations', request, callers: 1 };
}

/** Triton's media type: the tensor behind the JSON, and an answer in JSON. */
function requestBody({ name, shape, data }: ModelInput): RequestBody {
  const parameters = { binary_data_size: data.byteLength };
  const inputs = [{ name, shape, datatype: 'FP32', parameters }];
  const header = Buffer.from(JSON.stringify({ inputs }));
  return {
    body: Buffer.concat([header, Buffer.from(data.buffer)]),
    headers: { 'content-type': `${tritonBinaryType}${header.length}` },
  };
}
