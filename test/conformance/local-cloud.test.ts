import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { Server } from '../journeys/siskin-process.ts';
import { httpClient } from './client.ts';
import { describeConformance } from './conformance.ts';
import { describeMalformed } from './malformed.ts';
import { writeConformanceRepository } from './models.ts';
import { describeTritonClient } from './triton-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'siskin-conformance-'));
let server: Server;

beforeAll(async () => {
  const models = join(folder, 'models');
  writeConformanceRepository(models);
  server = await Server.start({ models, state: join(folder, 'state') });
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describeConformance('the local cloud', () => httpClient(server.endpoint, 'local'));
describeTritonClient(() => server.port);
describeMalformed(() => server.port);
