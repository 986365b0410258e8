import { describe } from 'vitest';
import { describeBinaryForm } from './binary.ts';
import type { Client } from './client.ts';
import { describeDatatypes } from './datatypes.ts';
import { describeFuzz } from './fuzz.ts';
import { describeInference } from './inference.ts';
import { conformanceModels } from './models.ts';
import { describeServer } from './server.ts';

/**
 * The protocol as one suite for every server that speaks it. The server must have the models of
 * `writeConformanceRepository`; of the model "plus", one may serve the live version only.
 */
export function describeConformance(
  name: string,
  client: () => Client,
  versions: readonly string[] = Object.keys(conformanceModels.plus ?? {}),
): void {
  describe(`The protocol against ${name}`, () => {
    describeServer(client, versions);
    describeDatatypes(client);
    describeInference(client);
    describeBinaryForm(client);
    describeFuzz(client);
  });
}
