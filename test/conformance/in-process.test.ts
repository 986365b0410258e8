import { inProcessClient } from './client.ts';
import { describeConformance } from './conformance.ts';

const client = inProcessClient();

describeConformance('the functions in this process', () => client);
