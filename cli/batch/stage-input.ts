import type { StagedFile } from './job-places.ts';
import type { Objects } from './objects.ts';

/** Uploads what is not there as it is now; gives how many files were sent. */
export async function stageInput(files: readonly StagedFile[], objects: Objects): Promise<number> {
  let sent = 0;
  for (const { file, key, bytes, modified } of files) {
    const stamp = { size: String(bytes), modified: String(modified) };
    const there = await objects.metadata(key);
    if (there?.size === stamp.size && there.modified === stamp.modified) continue;
    await objects.upload(file, key, bytes, stamp);
    sent += 1;
  }
  return sent;
}
