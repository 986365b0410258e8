import type { CreateProvider } from '../../host/provider.ts';
import { Announcements } from './announcement.ts';
import { BucketStore } from './bucket.ts';
import { createBucketOperations } from './bucket-operations.ts';
import { DataFolder } from './data.ts';
import { UploadStore } from './multipart.ts';
import { createMultipartOperations } from './multipart-operations.ts';
import { ObjectStore } from './object.ts';
import { createObjectOperations } from './object-operations.ts';
import { createResources } from './resources.ts';

/** Simple Storage Service: buckets and objects in the state folder. */
export const createS3Provider: CreateProvider = (host) => {
  const storage = host.storage('s3');
  const data = new DataFolder(storage.folder);
  const buckets = new BucketStore(host, storage);
  const objects = new ObjectStore(host, storage, data);
  const announcements = new Announcements(host, buckets);
  const uploads = new UploadStore(storage);
  return {
    operations: {
      ...createBucketOperations(buckets, objects),
      ...createObjectOperations(buckets, objects, announcements),
      ...createMultipartOperations({
        buckets,
        objects,
        uploads,
        data,
        announcements,
        now: () => host.clock.now(),
      }),
    },
    resources: createResources(host, buckets, objects),
    // A kill between writing data and its document leaves data that nothing refers to.
    start: async () => {
      data.keepOnly(
        new Set([
          ...buckets.all().flatMap(({ name }) => objects.all(name).map(({ file }) => file)),
          ...uploads.all().flatMap(({ parts }) => Object.values(parts).map(({ file }) => file)),
        ]),
      );
    },
  };
};
