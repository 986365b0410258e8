import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize, relative, sep } from 'node:path';
import { contentsOf, type OnnxModel } from './onnx-model.ts';

/** A file that the model names for its large tensors, or why it cannot be used. */
export interface ExternalFile {
  /** As the model writes it, relative to the folder of model.onnx. */
  readonly location: string;
  readonly fault?: 'outside' | 'missing';
}

/** The files beside model.onnx that hold tensors, each once, by name. */
export function findExternalFiles(model: OnnxModel, folder: string): ExternalFile[] {
  const locations = contentsOf(model).tensors.flatMap(({ externalData }) =>
    externalData.filter(({ key }) => key === 'location').map(({ value }) => value),
  );
  return [...new Set(locations)].sort().map((location) => {
    const fault = faultOf(location, folder);
    return fault === undefined ? { location } : { location, fault };
  });
}

/**
 * A model is a file that somebody was sent, and what it names gets uploaded: it may name nothing
 * outside its own folder, neither by `..` nor through a link.
 */
function faultOf(location: string, folder: string): ExternalFile['fault'] | undefined {
  if (isAbsolute(location) || leaves(normalize(location))) return 'outside';
  const path = join(folder, location);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return 'missing';
  return leaves(relative(realpathSync(folder), realpathSync(path))) ? 'outside' : undefined;
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}
