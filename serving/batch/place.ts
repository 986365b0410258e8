/** An object, or a prefix of objects (its key ends with `/`, or is empty). */
export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Reads `s3://bucket/key`; undefined when it is not of that form. */
export function parsePlace(text: string): Place | undefined {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/s.exec(text);
  return match ? { bucket: match[1] as string, key: match[2] as string } : undefined;
}

/** A place that our own side wrote; anything else is a defect. */
export function placeOf(text: string): Place {
  const place = parsePlace(text);
  if (!place) throw new Error(`not a place of the form s3://bucket/key: ${text}`);
  return place;
}

export function placeText({ bucket, key }: Place): string {
  return `s3://${bucket}/${key}`;
}

export function below({ bucket, key }: Place, name: string): Place {
  return { bucket, key: key + name };
}
