import { describe } from 'vitest';
import { describeBinaryForm } from './binary.ts';
import type { Client } from './client.ts';
import { describeDatatypes } from './datatypes.ts';
import { describeFuzz } from './fuzz.ts';
import { describeInference } from './inference.ts';
import { describeServer } from './server.ts';

/**
 * The protocol as one suite for every server that speaks it. The server must have the models of
 * `writeConformanceRepository`.
 */
export function describeConformance(name: string, client: () => Client): void {
  describe(`The protocol against ${name}`, () => {
    describeServer(client);
    describeDatatypes(client);
    describeInference(client);
    describeBinaryForm(client);
    describeFuzz(client);
  });
}
