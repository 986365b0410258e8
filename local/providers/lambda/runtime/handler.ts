import { existsSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './error-report.ts';

// biome-ignore lint/suspicious/noExplicitAny: a handler is whatever the function's author wrote.
export type Handler = (...args: any[]) => unknown;

/** Loads `file.export` (a path is allowed in front, dots in the export's name too). */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const parts = /^((?:.*\/)?)([^/.]+)\.(.+)$/.exec(name);
  if (!parts || name.includes('..')) {
    throw new RuntimeError('MalformedHandlerName', `'${name}' is not a valid handler name.`);
  }
  const [, folder, file, exported] = parts as unknown as [string, string, string, string];
  const loaded = await loadModule(resolve(root, folder, file));
  const handler = exported.split('.').reduce<unknown>(member, loaded) ?? member(loaded, 'default');
  if (handler === undefined) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  }
  return handler as Handler;
}

function member(value: unknown, name: string): unknown {
  const holder = value as Record<string, unknown> | undefined | null;
  return holder?.[name] ?? (holder?.default as Record<string, unknown> | undefined)?.[name];
}

async function loadModule(path: string): Promise<unknown> {
  const file = ['.js', '.mjs', '.cjs'].map((end) => path + end).find((each) => existsSync(each));
  if (!file) throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${path}'`);
  try {
    if (!isEsModule(file)) return createRequire(file)(file);
    resolveLayersForImports();
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw importError(error);
  }
}

/** Lambda's names for what goes wrong while a module is loaded. */
function importError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return Object.assign(new RuntimeError('ImportModuleError', `Error: ${error.message}`), {
      stack: error.stack,
    });
  }
  if (error instanceof SyntaxError) {
    return Object.assign(new RuntimeError('UserCodeSyntaxError', String(error)), {
      stack: error.stack,
    });
  }
  return error;
}

function isEsModule(file: string): boolean {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

/** `import` ignores NODE_PATH, so layers would stay unseen; Lambda's runtime resolves them too. */
function resolveLayersForImports(): void {
  const fromLayers = createRequire(join(process.cwd(), 'index.js'));
  module.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (/^[./]|^[a-z]+:/.test(specifier)) throw error;
        return nextResolve(pathToFileURL(fromLayers.resolve(specifier)).href, context);
      }
    },
  });
}
