import type { CreateProvider } from '../../host/provider.ts';
import { ec2Resources } from './resources.ts';

/**
 * Networks as templates describe them: names that other resources refer to. Processes of the local
 * cloud use this machine's network whatever they say, so there is nothing to ask about them.
 */
export const createEc2Provider: CreateProvider = (host) => ({
  operations: {},
  resources: ec2Resources(host),
});
