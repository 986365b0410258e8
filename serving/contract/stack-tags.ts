/** Tags on stacks, by which tools tell what a stack is for. */
export const stackTags = {
  /** The full name of the model that the stack serves. */
  model: 'siskin:model',
  stage: 'siskin:stage',
} as const;
