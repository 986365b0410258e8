import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Profile, profileSchema } from '../../lib/model-repository/profile-file.ts';
import { versionFiles } from '../../lib/model-repository/read-version.ts';

/** Writes profile.json into a version's folder, whole or not at all. Answers its path. */
export function writeProfile(folder: string, profile: Profile): string {
  const file = join(folder, versionFiles.profile);
  // Beside the file, since a rename is one step within a disk only; with a dot, so that nobody reads it.
  const partial = join(folder, `.${versionFiles.profile}.${process.pid}`);
  const content = `${JSON.stringify(profileSchema.parse(profile), undefined, 2)}\n`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}
