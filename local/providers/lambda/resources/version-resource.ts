import { AwsError } from '../../../host/aws-error.ts';
import type { ResourceType } from '../../../host/provider.ts';
import { parseFunctionName } from '../function-name.ts';
import type { Parts } from '../parts.ts';

/** AWS::Lambda::Version */
export function versionResource({ functions, store }: Parts): ResourceType {
  return {
    replaceOn: 'any',
    create({ properties }) {
      const { name } = parseFunctionName(properties.FunctionName);
      const { lastVersion } = store.attributes(name);
      const record = functions.publish(name, properties.Description, properties.CodeSha256);
      // Lambda gives the version that exists; two resources must not own the same one.
      if (Number(record.Version) <= lastVersion) {
        throw new AwsError(
          'AlreadyExists',
          `A version for this Lambda function exists ( ${record.Version} ). Modify the function to create a new version.`,
        );
      }
      return {
        physicalId: record.FunctionArn,
        attributes: { Version: record.Version, FunctionArn: record.FunctionArn },
      };
    },
    delete({ physicalId }) {
      const { name, qualifier } = parseFunctionName(physicalId);
      const exists = store.has(name) && store.versions(name).some((v) => v.Version === qualifier);
      if (exists) functions.deleteVersion(name, qualifier as string);
    },
  };
}
