import { z } from 'zod';
import type { Host } from '../../host/host.ts';

/** A name of a model, an endpoint or the like. */
export const resourceName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected letters, digits and hyphens within');

export const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).default([]);

export type Kind =
  | 'model'
  | 'endpoint-config'
  | 'endpoint'
  | 'inference-component'
  | 'transform-job';

/** SageMaker writes names in ARNs in small letters. */
export function arnOf(host: Host, kind: Kind, name: string): string {
  return host.arn('sagemaker', `${kind}/${name.toLowerCase()}`);
}

/** Templates name resources by ARN as well as by name. */
export function nameIn(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
