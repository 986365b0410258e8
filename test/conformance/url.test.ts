import { describe } from 'vitest';
import { httpClient } from './client.ts';
import { describeConformance } from './conformance.ts';

const { SISKIN_CONFORMANCE_URL: url, SISKIN_CONFORMANCE_API_KEY: key = 'local' } = process.env;

// Runs when a server is given: the suite needs the models of writeConformanceRepository on it.
if (url) describeConformance(url, () => httpClient(url, key));
else describe.skip('The protocol against SISKIN_CONFORMANCE_URL, which is not set', () => {});
