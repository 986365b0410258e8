/** A stage's key for the settings of a method: `v2~1models/GET`, or `*` and `*` for every one. */
export function settingKey(resourcePath: string, httpMethod: string): string {
  const path = resourcePath.replaceAll('~1', '/').replace(/^\/+/, '');
  return `${path.replaceAll('/', '~1')}/${httpMethod}`;
}
