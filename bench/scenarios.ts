import { batchScenario } from './batch/batch-scenario.ts';
import { coldStartScenario } from './cold-start/cold-start-scenario.ts';
import { batchingScenario } from './endpoint/batching-scenario.ts';
import { handlerScenario } from './handler/handler-scenario.ts';
import { localCloudScenario } from './local-cloud/local-cloud-scenario.ts';
import { scaleScenario } from './scale/scale-scenario.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  handlerScenario,
  coldStartScenario,
  localCloudScenario,
  scaleScenario,
  batchScenario,
  batchingScenario,
];
