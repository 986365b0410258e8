import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { batchExitCodes } from '../../serving/contract/batch.ts';
import { fetchWorker } from './bootstrap.ts';

/**
 * The command of the job definition, as text behind `node -e`: an image of Node needs no layer of ours.
 * As a container's first process it would ignore SIGTERM if it had no handler.
 */
const stop = () => process.exit(batchExitCodes.interrupted);
process.on('SIGTERM', stop);
fetchWorker({ env: process.env, fetch, now: () => new Date(), wait: setTimeout }).then(
  (file) => {
    process.removeListener('SIGTERM', stop);
    createRequire(file)(file);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(batchExitCodes.failed);
  },
);
