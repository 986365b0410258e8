import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { awsName } from '../../lib/model-repository/aws-name.ts';
import { CommandError, exitCodes } from '../command-error.ts';

/** A file of the input, and the object that it becomes. */
export interface StagedFile {
  readonly file: string;
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970: with the size it tells whether the upload is still right. */
  readonly modified: number;
}

/** Where a job reads and writes, and what has to be carried there and back. */
export interface JobPlaces {
  readonly input: string;
  readonly output: string;
  readonly files: readonly StagedFile[];
  /** Folder that gets the output; undefined when it stays in S3. */
  readonly folder?: string;
}

/** S3 takes no more in one request. */
const largestUpload = 5 * 1024 ** 3;

/**
 * Places in S3 for what lies on this machine. They depend on the model and the folders alone, so that
 * the same command finds its job again.
 */
export function jobPlaces(
  model: string,
  given: { readonly input: string; readonly output: string },
  bucket: string,
): JobPlaces {
  const isLocal = (place: string) => !place.startsWith('s3://');
  const folder = isLocal(given.output) ? resolve(given.output) : undefined;
  if (!folder && !given.output.endsWith('/')) {
    throw refusal(`--output ${given.output} is a prefix and must end with "/"`);
  }
  const id = createHash('sha256')
    .update(
      `${isLocal(given.input) ? resolve(given.input) : given.input}\n${folder ?? given.output}`,
    )
    .digest('hex')
    .slice(0, 16);
  const base = `batch/${awsName(model)}/jobs/${id}/`;
  const output = folder ? `s3://${bucket}/${base}output/` : given.output;
  if (!isLocal(given.input)) {
    return { input: given.input, output, files: [], ...(folder && { folder }) };
  }
  const path = resolve(given.input);
  if (!existsSync(path)) throw refusal(`--input ${given.input} does not exist`);
  const isFolder = statSync(path).isDirectory();
  const paths = isFolder ? filesBelow(path) : [path];
  if (paths.length === 0) throw refusal(`--input ${given.input} is a folder without files`);
  const nameOf = (file: string) => (isFolder ? relative(path, file) : basename(file));
  const files = paths.map((file) => staged(file, `${base}input/${nameOf(file)}`));
  const input = `s3://${bucket}/${base}input/${isFolder ? '' : basename(path)}`;
  return { input, output, files, ...(folder && { folder }) };
}

function staged(file: string, key: string): StagedFile {
  const { size, mtimeMs } = statSync(file);
  if (size > largestUpload) {
    throw refusal(`${file} is larger than 5 GiB; copy it to S3 and give --input s3://...`);
  }
  return { file, key, bytes: size, modified: Math.trunc(mtimeMs) };
}

/** Names that begin with a dot or an underscore are marks of other tools; the planner skips them too. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !relative(folder, file)
          .split('/')
          .some((part) => /^[._]/.test(part)),
    )
    .sort();
}

function refusal(message: string): CommandError {
  return new CommandError(message, exitCodes.couldNotTry);
}
