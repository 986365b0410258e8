import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../../build/digest.ts';
import { packageRoot } from '../../build/project.ts';

/** A file of the starter, with its path in the user's folder. */
export interface StarterFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** The files by their names in `starter/`: npm publishes none that is called .gitignore. */
const templates: Readonly<Record<string, string>> = {
  'app.mjs': 'app.mjs',
  'README.md': 'README.md',
  '.gitignore': 'gitignore',
  '.github/workflows/models.yml': 'workflow.yml',
};

/** Everything that `siskin init` lays down in a folder of this name. */
export function starterFiles(folderName: string): StarterFile[] {
  return [
    ...Object.entries(templates).map(([path, template]) => ({
      path,
      content: readFileSync(join(packageRoot, 'starter', template)),
    })),
    { path: 'cdk.json', content: jsonText({ ...ownJson('cdk.json'), app: 'node app.mjs' }) },
    { path: 'package.json', content: jsonText(packageJson(folderName)) },
    ...modelFiles('spam'),
  ];
}

/** One of the models that come along, small and with golden requests. */
function modelFiles(model: string): StarterFile[] {
  const folder = join('model-artifacts', model);
  return [...filesOf(join(packageRoot, folder))].map(([path, content]) => ({
    path: join(folder, path),
    content,
  }));
}

function packageJson(folderName: string): Record<string, unknown> {
  const own = ownJson('package.json') as OwnPackage;
  return {
    name: packageName(folderName),
    private: true,
    scripts: {
      start: 'siskin dev',
      'deploy:local': 'siskin deploy --local',
      test: 'siskin validate',
    },
    dependencies: { ...own.peerDependencies, siskin: `^${own.version}` },
    devDependencies: { 'aws-cdk': `^${own.devDependencies['aws-cdk']}` },
    // One downloads half a gigabyte of CUDA that nothing here uses, the other keeps it from doing so.
    allowScripts: { 'onnxruntime-node': false, siskin: false },
  };
}

interface OwnPackage {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<'aws-cdk', string>>;
}

/** What npm takes for a name: the folder's in lower case, other letters as dashes. */
function packageName(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+/, '');
  return name || 'models';
}

function ownJson(file: string): object {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8'));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
