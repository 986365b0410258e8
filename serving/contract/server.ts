/** What GET /v2 says of this server. A test keeps the version equal to package.json's. */
export const server = {
  name: 'siskin',
  version: '0.1.0',
  /** Extensions of the protocol that are offered in full. */
  extensions: [
    'binary_tensor_data',
    'classification',
    'model_configuration',
    'parameters',
    'statistics',
  ],
} as const;
