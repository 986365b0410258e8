// Runs before npm runs the install script of onnxruntime-node, which on linux/x64 downloads CUDA and
// TensorRT from NuGet unless its three files are there: half a gigabyte that neither Lambda nor this
// machine's functions use, and an installation that fails wherever NuGet is out of reach. No package
// can hand that script its `skip` flag, so this one lays down the three files, empty. They are opened
// only by those who ask for CUDA, and whoever does is left alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { env, platform, arch } = process;
const isInstalled = fileURLToPath(import.meta.url).includes('node_modules');
const isAskedFor =
  env.ONNXRUNTIME_NODE_INSTALL !== undefined ||
  env.npm_config_onnxruntime_node_install !== undefined ||
  declares(join(env.npm_config_local_prefix ?? '', 'package.json'), 'onnxruntime-node');

if (platform === 'linux' && arch === 'x64' && isInstalled && !isAskedFor) {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  for (const provider of ['cuda', 'shared', 'tensorrt']) {
    const name = `libonnxruntime_providers_${provider}.so`;
    writeFileSync(join(dirname(runtime), 'bin', 'napi-v6', platform, arch, name), '', {
      flag: 'a',
    });
  }
}

/** Whether the project itself wants the package, and so perhaps its CUDA. */
function declares(file, name) {
  if (!existsSync(file)) return false;
  return Object.hasOwn(JSON.parse(readFileSync(file, 'utf8')).dependencies ?? {}, name);
}
