/** What of an event its target gets. */
export interface TargetInput {
  /** JSON, whatever the event is. */
  readonly Input?: string | undefined;
  /** A part of the event. */
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
        readonly InputTemplate: string;
      }
    | undefined;
}

export interface RuleName {
  readonly name: string;
  readonly arn: string;
}

/** The input of a target, as JSON or, from a template, any text. */
export function inputOf(
  target: TargetInput,
  event: Record<string, unknown>,
  rule: RuleName,
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined)
    return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (!target.InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event': event,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
    ...Object.fromEntries(
      Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)]),
    ),
  };
  return filled(InputTemplate, values);
}

/** Within quotes a value stands as text, outside of them as JSON; one that is missing is empty. */
function filled(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/<([\w.-]+)>/g, (placeholder, name, at: number) => {
    if (!Object.hasOwn(values, name)) return placeholder;
    const value = values[name];
    if (!isWithinQuotes(template, at)) return value === undefined ? '' : JSON.stringify(value);
    const text =
      typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}

function isWithinQuotes(template: string, end: number): boolean {
  const quotes = template.slice(0, end).replaceAll(/\\./g, '').match(/"/g) ?? [];
  return quotes.length % 2 === 1;
}

/** `$.detail.bucket.name`, `$.resources[0]`; undefined when there is nothing. */
function valueAt(event: unknown, path: string): unknown {
  const steps = path.replace(/^\$\.?/, '').match(/[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[step.replaceAll(/^['"]|['"]$/g, '')]
        : undefined,
    event,
  );
}
