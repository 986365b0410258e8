/** SSM parameters of the local cloud. They exist there alone. */
export const localParameters = {
  /** How many times faster than real time the cloud's clock runs. Set by anybody, obeyed at once. */
  timeScale: '/local-cloud/time-scale',
  /** The model repository that `siskin dev` serves. */
  models: '/siskin/models',
} as const;
