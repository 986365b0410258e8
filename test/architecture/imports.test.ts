import { describe, expect, it } from 'vitest';
import { importsOf, packagesOf, readSources, type Source } from './sources.ts';

const sources = readSources().filter((source) => !source.path.startsWith('test/'));

/** The house's floor plan: what a file in a room may import from. The first rule that fits counts. */
const rules: readonly { room: RegExp; may: readonly string[]; why: string }[] = [
  {
    room: /^serving\/contract\//,
    may: ['serving/contract/'],
    why: 'both sides of the build boundary read it',
  },
  {
    room: /^serving\/error\//,
    may: ['serving/error/', 'serving/contract/'],
    why: 'errors are below everything',
  },
  {
    room: /^serving\/protocol\//,
    may: ['serving/protocol/', 'serving/error/', 'serving/contract/'],
    why: 'the protocol is pure and below codec and engine',
  },
  {
    room: /^serving\/(codec|engine)\//,
    may: [
      'serving/codec/',
      'serving/engine/',
      'serving/protocol/',
      'serving/error/',
      'serving/contract/',
    ],
    why: 'codec and engine are below the data plane',
  },
  {
    room: /^serving\/aws\/s3-object-store\.ts$/,
    may: ['serving/batch/object-store.ts', 'serving/batch/place.ts'],
    why: 'it is the store that the batch room asks for, and sees no more of that room',
  },
  {
    room: /^serving\/records\//,
    may: [
      'serving/records/',
      'serving/codec/',
      'serving/protocol/',
      'serving/error/',
      'serving/contract/',
    ],
    why: 'records become tensors without knowing who infers them',
  },
  {
    room: /^serving\/(statistics|telemetry|aws)\//,
    may: [
      'serving/statistics/',
      'serving/telemetry/',
      'serving/aws/',
      'serving/protocol/',
      'serving/error/',
      'serving/contract/',
    ],
    why: 'ports and pure functions know nothing of the data plane',
  },
  {
    room: /^serving\/triton\//,
    may: ['serving/triton/'],
    why: "both sides of the build boundary read Triton's configuration",
  },
  {
    room: /^serving\/data-plane\.ts$/,
    may: ['serving/'],
    why: 'the data plane is the top of serving',
  },
  { room: /^serving\//, may: ['serving/'], why: 'serving knows no other room' },
  {
    room: /^functions\//,
    may: ['functions/', 'serving/'],
    why: 'a bundle can never pull in the CDK',
  },
  {
    room: /^lib\//,
    may: ['lib/', 'build/', 'serving/contract/'],
    why: 'lib meets serving in the contract only',
  },
  {
    room: /^build\/npm-package\.ts$/,
    may: ['build/', 'local/providers/lambda/runtime-bundle.ts'],
    why: 'the published package carries what every room would bundle',
  },
  {
    room: /^build\//,
    may: ['build/', 'lib/model-repository/', 'serving/contract/', 'serving/triton/'],
    why: 'the build knows models and words',
  },
  {
    room: /^local\//,
    may: ['local/'],
    why: 'the local cloud reads cdk.out and nothing else of the app',
  },
  {
    room: /^training\//,
    may: ['training/', 'lib/model-repository/', 'serving/contract/'],
    why: 'training makes models',
  },
  { room: /^bin\/app\.ts$/, may: ['lib/'], why: 'the CDK entry hands over to lib' },
  { room: /^bin\//, may: ['cli/'], why: 'the command line entry hands over to cli' },
  {
    room: /^bench\//,
    may: ['bench/', 'training/', 'lib/', 'build/', 'local/', 'serving/', 'functions/'],
    why: 'a bench measures anything',
  },
  {
    room: /^demo\//,
    may: ['demo/', 'cli/', 'training/', 'serving/contract/'],
    why: 'the demo is a user of the commands',
  },
  { room: /^cli\//, may: [''], why: 'the only room that may import all others' },
];

describe('The floor plan', () => {
  it('has a rule for every room', () => {
    expect(sources.filter((source) => !ruleOf(source)).map((source) => source.path)).toEqual([]);
  });

  it('lets each room import only from the rooms below it', () => {
    const trespasses = sources.flatMap((source) => {
      const rule = ruleOf(source);
      return importsOf(source)
        .filter((path) => !rule?.may.some((room) => path.startsWith(room)))
        .map((path) => `${source.path} imports ${path}, but ${rule?.why}`);
    });
    expect(trespasses).toEqual([]);
  });

  it('keeps functions apart from each other', () => {
    expect(sideways('functions')).toEqual([]);
  });

  it('keeps providers apart from each other: they meet in host.call', () => {
    expect(sideways('local/providers')).toEqual([]);
  });

  it('imports onnxruntime-node in the engine alone', () => {
    const importers = sources.filter(
      (source) =>
        source.path.startsWith('serving/') &&
        packagesOf(source).some((name) => name.startsWith('onnxruntime-node')),
    );
    expect(importers.map((source) => source.path)).toEqual([
      'serving/engine/native-binding.ts',
      'serving/engine/onnx-engine.ts',
    ]);
  });

  it('imports the AWS SDK of functions in serving/aws and in handlers that call AWS only', () => {
    const importers = sources.filter(
      (source) =>
        /^(serving|lib)\//.test(source.path) &&
        packagesOf(source).some((name) => name.startsWith('@aws-sdk/')),
    );
    expect(
      importers.map((source) => source.path).filter((path) => !path.startsWith('serving/aws/')),
    ).toEqual([]);
  });
});

function ruleOf(source: Source) {
  return rules.find((rule) => rule.room.test(source.path));
}

/** Imports between sibling folders of `room`; a registry file beside the folders may import all. */
function sideways(room: string): string[] {
  return sources.flatMap((source) => {
    const own = siblingOf(source.path, room);
    if (!own) return [];
    return importsOf(source)
      .filter((path) => siblingOf(path, room) && siblingOf(path, room) !== own)
      .map((path) => `${source.path} imports ${path}`);
  });
}

function siblingOf(path: string, room: string): string | undefined {
  return path.match(new RegExp(`^${room}/([^/]+)/`))?.[1];
}
