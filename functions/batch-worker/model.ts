import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Arm } from '../../serving/batch/answers.ts';
import { kindOf } from '../../serving/batch/backtest/prediction.ts';
import { tallySinks } from '../../serving/batch/backtest/tally-sink.ts';
import { BatchFailure } from '../../serving/batch/batch-failure.ts';
import { type OpenSink, predictionSinks } from '../../serving/batch/part-sink.ts';
import type { Plan } from '../../serving/batch/plan.ts';
import type { WorkerModel } from '../../serving/batch/worker.ts';
import { batchErrors } from '../../serving/contract/batch.ts';
import {
  type ManifestVersion,
  type ModelManifest,
  packageFiles,
} from '../../serving/contract/manifest.ts';
import { DataPlane } from '../../serving/data-plane.ts';
import { Deadline } from '../../serving/deadline.ts';
import { type ArtifactFolders, artifactFile } from '../../serving/engine/artifact.ts';
import type { Engine } from '../../serving/engine/port.ts';
import { SessionCache } from '../../serving/engine/session-cache.ts';
import { noHints } from '../../serving/protocol/request.ts';
import { ModelStatistics } from '../../serving/telemetry/model-statistics.ts';

export interface ModelOptions {
  /** Folder of manifest.json. */
  readonly root: string;
  readonly scratch: string;
  readonly engine: Engine;
  readonly fetchObject: ArtifactFolders['fetchObject'];
  readonly now: () => number;
}

/** The versions that the plan names, byte for byte those that it was made for. */
export async function openModel(plan: Plan, options: ModelOptions): Promise<WorkerModel> {
  const { root, scratch, engine, fetchObject, now } = options;
  const manifest: ModelManifest = JSON.parse(
    await readFile(join(root, packageFiles.manifest), 'utf8'),
  );
  const versions = plan.model.versions.map(({ version, digest }) => {
    const found = manifest.versions.find((each) => each.version === version);
    if (found?.digest === digest) return found;
    throw new BatchFailure(
      batchErrors.badRequest,
      `version ${version} of ${manifest.name} was released anew since the job was planned; start a job with another output`,
    );
  });
  const folders: ArtifactFolders = { root, cache: scratch, fetchObject };
  const plane = new DataPlane({
    manifest,
    sessions: new SessionCache({
      // As it was released: an optimized form may answer other last digits on another machine.
      load: async (version) => {
        const file = await artifactFile(version, folders);
        await refuseDamaged(file, version);
        return engine.load(file, version);
      },
      live: manifest.live,
      resident: versions.length + 1,
    }),
    statistics: new ModelStatistics(manifest.name),
    now,
  });
  return {
    signature: versions[0] as ManifestVersion,
    arms: versions.map((version) => armOf(plane, version)),
    openSink: sinksFor(plan, versions),
  };
}

function armOf(plane: DataPlane, version: ManifestVersion): Arm {
  const forever = new Deadline(
    () => Number.MAX_SAFE_INTEGER,
    () => 0,
    // Loading may take as long as it takes; no caller waits.
    (work) => work,
  );
  const call = { deadline: forever, generateId: () => '', onInference: () => undefined };
  return {
    version: version.version,
    infer: async (inputs) => {
      const request = { id: undefined, hints: noHints, inputs, outputs: undefined };
      const { outputs } = await plane.infer(version, request, call);
      return outputs.map(({ tensor }) => tensor);
    },
  };
}

function sinksFor({ request }: Plan, versions: readonly ManifestVersion[]): OpenSink {
  const [champion] = versions as [ManifestVersion];
  const { backtest } = request;
  if (!backtest) return predictionSinks(request, champion);
  const output = champion.outputs.find(({ name }) => name === backtest.prediction);
  if (!output) throw new Error(`version ${champion.version} has no output ${backtest.prediction}`);
  const outputs = versions.map((version) => version.outputs.map(({ name }) => name));
  return tallySinks({ backtest, kind: kindOf(output), outputs });
}

async function refuseDamaged(file: string, { version, digest }: ManifestVersion): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === digest) return;
  throw new Error(
    `version ${version} is damaged: its digest is ${found}, but ${digest} is planned`,
  );
}
