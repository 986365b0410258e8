import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtFor, foreignPackages } from '../../../../local/providers/lambda/native-packages.ts';
import { unpack } from '../../../../local/providers/lambda/unpack.ts';
import { LambdaCloud, type LambdaCloudOptions, zip } from './lambda-cloud.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'code-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(options: LambdaCloudOptions = {}): Promise<LambdaCloud> {
  const cloud = new LambdaCloud(options);
  await cloud.start();
  onTestFinished(() => cloud.remove());
  return cloud;
}

/** The first bytes of a Linux library for one machine. */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
}

describe('unpacking', () => {
  it('writes files and folders as they were packed', async () => {
    const root = folder();
    writeFileSync(
      join(root, 'a.zip'),
      zip({ 'index.js': 'x', 'deep/er/file.txt': 'gr\u00fcn', 'empty/': '' }),
    );
    await unpack(join(root, 'a.zip'), join(root, 'out'));
    expect(readFileSync(join(root, 'out/deep/er/file.txt'), 'utf8')).toBe('gr\u00fcn');
    expect(existsSync(join(root, 'out/empty'))).toBe(true);
  });

  it.each([['../outside.txt'], ['/absolute.txt'], ['a/../../outside.txt']])(
    'refuses the name %s and leaves nothing',
    async (name) => {
      const root = folder();
      writeFileSync(join(root, 'a.zip'), zip({ 'first.txt': 'x', [name]: 'evil' }));
      await expect(unpack(join(root, 'a.zip'), join(root, 'out'))).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
        status: 400,
      });
      expect(existsSync(join(root, 'outside.txt'))).toBe(false);
      expect(existsSync(join(root, 'out'))).toBe(false);
    },
  );

  it('refuses what is no zip, saying so', async () => {
    const root = folder();
    writeFileSync(join(root, 'a.zip'), 'no zip at all, but long enough to look for its end');
    await expect(unpack(join(root, 'a.zip'), join(root, 'out'))).rejects.toThrow(
      /Could not unzip uploaded file/,
    );
  });
});

describe('code', () => {
  it('comes from S3 and is unpacked once for equal content', async () => {
    const archive = zip({ 'index.js': 'exports.handler = async () => __dirname;' });
    const asked: string[] = [];
    const cloud = await start({
      services: {
        s3: {
          HeadObject: () => ({ ETag: '"1"' }),
          GetObject: ({ Bucket, Key }) => {
            asked.push(`${Bucket}/${Key}`);
            return { Body: Readable.from([archive.subarray(0, 50), archive.subarray(50)]) };
          },
        },
      },
    });
    const Code = { S3Bucket: 'assets', S3Key: 'a.zip' };
    await Promise.all(['f', 'g'].map((name) => cloud.create(name, '', { Code })));
    const { value } = await cloud.invoke('f');
    expect((await cloud.invoke('g')).value).toBe(value);
    expect(value.startsWith(cloud.state)).toBe(true);
    expect(asked).toContain('assets/a.zip');
  });

  it('is deleted at a start once nothing refers to it', async () => {
    const first = new LambdaCloud();
    await first.start();
    await first.create('f', 'exports.handler = async () => __dirname;');
    const { value } = await first.invoke('f');
    await first.call('DeleteFunction', { FunctionName: 'f' });
    await first.stop();
    expect(existsSync(value)).toBe(true);
    await start({ state: first.state });
    expect(existsSync(value)).toBe(false);
  });

  it('does not care for the project that the state lies in', async () => {
    const project = folder();
    writeFileSync(join(project, 'package.json'), '{"type":"module"}');
    const cloud = new LambdaCloud({ state: join(project, 'state') });
    await cloud.start();
    onTestFinished(() => cloud.stop());
    await cloud.create('f', 'exports.handler = async () => module.paths;');
    const { value } = await cloud.invoke('f');
    expect(value.every((path: string) => path.startsWith(join(project, 'state')))).toBe(true);
  });
});

describe('layers', () => {
  const package_ = (text: string) => ({
    'nodejs/node_modules/shared/index.js': `module.exports = ${JSON.stringify(text)};`,
  });

  async function layer(
    cloud: LambdaCloud,
    name: string,
    files: Record<string, string | Uint8Array>,
  ) {
    const { LayerVersionArn } = await cloud.call('PublishLayerVersion', {
      LayerName: name,
      Content: { ZipFile: zip(files) },
    });
    return String(LayerVersionArn);
  }

  it('are found by require; the later one wins', async () => {
    const cloud = await start();
    const Layers = [await layer(cloud, 'a', package_('a')), await layer(cloud, 'b', package_('b'))];
    await cloud.create('f', "exports.handler = async () => require('shared');", { Layers });
    expect((await cloud.invoke('f')).value).toBe('b');
  });

  it('stay with the functions that use them when they are deleted', async () => {
    const cloud = await start();
    const arn = await layer(cloud, 'a', package_('a'));
    await cloud.create('f', "exports.handler = async () => require('shared');", { Layers: [arn] });
    await cloud.call('DeleteLayerVersion', { LayerName: 'a', VersionNumber: 1 });
    await expect(
      cloud.call('GetLayerVersion', { LayerName: 'a', VersionNumber: 1 }),
    ).rejects.toThrow();
    expect((await cloud.invoke('f')).value).toBe('a');
    expect(await layer(cloud, 'a', package_('c'))).toBe(arn.replace(/1$/, '2'));
  });

  it('give way to this machine\u2019s own build when they are for another platform, and say so', async () => {
    const cloud = await start({ platform: { platform: 'plan9', arch: 'mips' } });
    const arn = await layer(cloud, 'native', {
      'nodejs/node_modules/onnxruntime-node/index.js': 'module.exports = "of the layer";',
      'nodejs/node_modules/onnxruntime-node/bin/binding.node': elf(0x3e),
    });
    await cloud.create(
      'f',
      "exports.handler = async () => typeof require('onnxruntime-node').InferenceSession;",
      { Layers: [arn] },
    );
    expect((await cloud.invoke('f')).value).toBe('function');
    expect(cloud.warnings).toEqual([
      'Layer native brings onnxruntime-node for another platform than plan9/mips: the one installed here takes its place',
    ]);
  });

  it('are known by what their native addons were built for', () => {
    const root = folder();
    const files = { x64: elf(0x3e), arm64: elf(0xb7), text: Buffer.alloc(20, 'text') };
    for (const [name, head] of Object.entries(files)) writeFileSync(join(root, name), head);
    expect(builtFor(join(root, 'x64'))).toEqual({ platform: 'linux', arch: 'x64' });
    expect(builtFor(join(root, 'arm64'))).toEqual({ platform: 'linux', arch: 'arm64' });
    expect(builtFor(join(root, 'text'))).toBeUndefined();
    expect(foreignPackages(root, { platform: 'linux', arch: 'x64' })).toEqual([]);
  });
});
