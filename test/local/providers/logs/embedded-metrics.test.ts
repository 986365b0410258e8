import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmbeddedMetrics } from '../../../../local/providers/logs/embedded-metrics.ts';
import { LineMetrics } from '../../../../local/providers/logs/line-metrics.ts';

const NAMES = ['Requests', 'Latency', 'Model', 'Version', 'note', '_aws', ''];
const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.string(),
  fc.constantFrom('a', '"_aws"', '},{'),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.constant(null),
  fc.object({ maxDepth: 1 }),
);
const fields = fc.dictionary(fc.constantFrom(...NAMES), value);
const directives = fc.constantFrom(
  [{ Namespace: 'A', Dimensions: [['Model'], []], Metrics: [{ Name: 'Latency', Unit: 'Count' }] }],
  [{ Namespace: 'B', Metrics: [{ Name: 'Requests' }, { Name: 'Latency' }] }],
  [{ Namespace: '' }, { Namespace: 'A', Dimensions: ['Model'], Metrics: [{ Name: 'Latency' }] }],
  [],
);

/** A line as programs print it, with its metrics first. */
const line = fc.tuple(directives, fields).map(([CloudWatchMetrics, more]) => {
  const rest = JSON.stringify(more).slice(1);
  const time = '1795340040797';
  const head = `{"_aws":{"Timestamp":${time},"CloudWatchMetrics":${JSON.stringify(CloudWatchMetrics)}}`;
  return rest === '}' ? `${head}}` : `${head},${rest}`;
});

function taken(lines: readonly string[], reader = new EmbeddedMetrics(new LineMetrics())) {
  return lines.map((each) => reader.take(each));
}

describe('EmbeddedMetrics', () => {
  it('reads a line of a kind that it knows as it reads any other line', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const [known, other] = [new LineMetrics(), new LineMetrics()];
        const problems = taken(lines, new EmbeddedMetrics(known));
        // With a space in front no line is of a known kind.
        const spaced = lines.map((each) => ` ${each}`);
        expect(problems).toEqual(taken(spaced, new EmbeddedMetrics(other)));
        expect(known.take()).toEqual(other.take());
      }),
    );
  });

  it.each([
    ['the time is none', (text: string) => text.replace('1795340040797', '17953400407,7')],
    ['a comma ends it', (text: string) => text.replace(/"n":1}$/, '}')],
    ['it is cut off', (text: string) => text.slice(0, -5)],
  ])('refuses a line of a known kind as JSON when %s', (_what, change) => {
    const directive = { Namespace: 'A', Metrics: [{ Name: 'n' }] };
    const text = `{"_aws":{"Timestamp":1795340040797,"CloudWatchMetrics":${JSON.stringify([directive])}},"n":1}`;
    expect(taken([text, text, change(text)])).toEqual([undefined, undefined, 'it is no JSON']);
  });
});
