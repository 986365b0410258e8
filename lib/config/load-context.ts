import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../build/project.ts';

/**
 * The context of cdk.json. Only the CDK CLI reads that file by itself: an app made without it (tests,
 * `npm start`) would have other feature flags and so other templates than the one deployed.
 */
export function loadContext(folder: string = packageRoot): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')).context;
}
