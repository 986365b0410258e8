import { zipSync } from 'fflate';
import type { CodeSource } from '../code-folder.ts';

/** Long ago, so that the same text always gives the same bytes and thus the same digest. */
const TIME = '1980-01-01T00:00:00';

/** Code written into the template, which CloudFormation packs as index.js. */
export function inlineSource(text: string): CodeSource {
  return { ZipFile: zipSync({ 'index.js': Buffer.from(text) }, { mtime: TIME }) };
}
