/** Says whether a Content-Type is among an API's binary media types. */
export function binaryMatcher(types: readonly string[]): (contentType: string) => boolean {
  if (types.includes('*/*')) return () => true;
  const exact = new Set(types.map((type) => type.toLowerCase()));
  return (contentType) => {
    const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return exact.has(type) || exact.has(`${type.split('/', 1)[0]}/*`);
  };
}
