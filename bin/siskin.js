#!/usr/bin/env node
// What `npx siskin` runs, in the package and in a checkout. Plain JavaScript, because it must run on
// whichever Node a user has, to find the Node that runs the rest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node of Lambda's nodejs24.x: functions on this machine run on the Node of this process. */
const neededMajor = 24;

// A checkout may also hold a `compiled` of some other day; the package holds no sources.
const entry = ['./siskin.ts', '../compiled/bin/siskin.js']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

if (Number.parseInt(process.versions.node, 10) >= neededMajor) {
  await import(entry.href);
} else {
  runWith(installedNode());
}

/** The Node that npm installed for this platform, as one of our optional dependencies. */
function installedNode() {
  const { platform, arch } = process;
  const require = createRequire(import.meta.url);
  for (const name of [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

function runWith(node) {
  if (node === undefined) {
    process.stderr.write(
      `error siskin runs on Node.js ${neededMajor}, as functions in AWS do; this is ${process.version}, and npm ` +
        `installed no other for ${process.platform}/${process.arch}. Install Node.js ${neededMajor} or newer, ` +
        'or install siskin without --omit=optional.\n',
    );
    process.exitCode = 2;
    return;
  }
  // The CDK app is started by name: it too gets this Node.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const args = [fileURLToPath(entry), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal's Ctrl-C reaches the child by itself, and a second one would not let it stop in order.
    process.on(signal, () =>
      signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal),
    );
  }
  child.once('error', (error) => {
    process.stderr.write(`error ${node} does not start: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
