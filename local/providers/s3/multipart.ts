import { randomUUID } from 'node:crypto';
import { AwsError } from '../../host/aws-error.ts';
import type { Collection, Storage } from '../../host/storage.ts';
import type { StoredData } from './data.ts';
import type { Describing } from './object.ts';

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started: number;
  readonly describing: Describing;
  /** By part number. */
  readonly parts: Readonly<Record<string, StoredData>>;
}

/** Uploads in parts that are neither completed nor aborted. */
export class UploadStore {
  readonly #uploads: Collection<Upload>;

  constructor(storage: Storage) {
    this.#uploads = storage.collection<Upload>('uploads');
  }

  all(): Upload[] {
    return this.#uploads.values();
  }

  begin(upload: Omit<Upload, 'id' | 'parts'>): Upload {
    const begun = { ...upload, id: randomUUID(), parts: {} };
    this.#uploads.set(begun.id, begun);
    return begun;
  }

  get(id: string): Upload {
    const upload = this.#uploads.get(id);
    if (!upload) throw new AwsError('NoSuchUpload', `There is no upload ${id}`, 404);
    return upload;
  }

  /** Returns the part that this one replaces. */
  addPart(id: string, number: number, data: StoredData): StoredData | undefined {
    const upload = this.get(id);
    this.#uploads.set(id, { ...upload, parts: { ...upload.parts, [number]: data } });
    return upload.parts[number];
  }

  end(id: string): void {
    this.#uploads.delete(id);
  }
}
