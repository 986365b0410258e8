import { describe, expect, it } from 'vitest';
import { inputOf, type TargetInput } from '../../../../local/providers/events/target-input.ts';

const event = {
  id: 'e',
  time: '2026-01-01T00:00:00Z',
  detail: { bucket: { name: 'data' }, object: { key: 'in/a "b".csv', size: 3 }, list: [{ n: 1 }] },
};
const input = (target: TargetInput) => inputOf(target, event, { name: 'r', arn: 'arn:rule' });
const transformed = (InputTemplate: string, InputPathsMap = {}) =>
  input({ InputTransformer: { InputTemplate, InputPathsMap } });

describe('The input of a target', () => {
  it('is the event, a part of it, or what the target says', () => {
    expect(JSON.parse(input({}))).toEqual(event);
    expect(input({ InputPath: '$.detail.bucket' })).toBe('{"name":"data"}');
    expect(input({ InputPath: '$.detail.list[0].n' })).toBe('1');
    expect(input({ Input: '{"fixed":true}' })).toBe('{"fixed":true}');
  });

  it('puts values into texts, with their quotes escaped', () => {
    const text = transformed(
      '{"input":"s3://<bucket>/<key>","at":"<aws.events.event.ingestion-time>"}',
      {
        bucket: '$.detail.bucket.name',
        key: '$.detail.object.key',
      },
    );
    expect(JSON.parse(text)).toEqual({ input: 's3://data/in/a "b".csv', at: event.time });
  });

  it('puts values outside of texts as JSON', () => {
    const paths = { size: '$.detail.object.size', object: '$.detail.object' };
    expect(JSON.parse(transformed('{"size":<size>,"object":<object>}', paths))).toEqual({
      size: 3,
      object: event.detail.object,
    });
  });

  it('leaves empty what the event does not have', () => {
    expect(transformed('{"a":"<none>"}', { none: '$.detail.none.there' })).toBe('{"a":""}');
  });
});
