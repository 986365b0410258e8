import { InvalidArgumentError } from 'commander';

export type ContextValues = Readonly<Record<string, string>>;

/** Collects repeated `-c key=value` options, as the CDK CLI takes them. */
export function collectContext(text: string, previous: ContextValues): ContextValues {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must have the form key=value.');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}
