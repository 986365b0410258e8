type Architecture = 'x86_64' | 'arm64';

/** Instances without a graphics card, in several generations: many pools are seldom reclaimed at once. */
const defaults: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: ['c7i', 'c6i', 'c7a', 'm7i', 'm6i'],
  arm64: ['c8g', 'c7g', 'm8g', 'm7g', 'c6g'],
};

/** The instance families of a model's workers; refuses those whose processor cannot run them. */
export function familiesOf(
  model: string,
  families: readonly string[] | undefined,
  architecture: Architecture,
): readonly string[] {
  if (!families) return defaults[architecture];
  const strangers = families.filter((family) => architectureOf(family) !== architecture);
  if (strangers.length === 0) return families;
  throw new Error(
    `Model ${model}: batch.families ${strangers.join(', ')} are ${architectureOf(strangers[0] as string)}, ` +
      `but this deployment is built for ${architecture}. Choose families such as ` +
      `${defaults[architecture].join(', ')}, or set the context architecture.`,
  );
}

/** Graviton's families carry a g behind their generation: c7g, m6gd, hpc7g; a1 is the first of them. */
function architectureOf(family: string): Architecture {
  return /^[a-z]+[0-9]+g/.test(family) || family === 'a1' ? 'arm64' : 'x86_64';
}
