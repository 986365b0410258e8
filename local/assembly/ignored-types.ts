/**
 * Resource types that the local cloud passes over, each with the reason why nothing is missed. A
 * type that is neither here nor in a provider is an error when somebody deploys it.
 */
export const ignoredTypes: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'tells AWS which constructs are used; there is nobody here to tell',
  'AWS::CloudFormation::WaitConditionHandle': 'is what CDK puts into a stack without resources',
  'AWS::IAM::InstanceProfile': 'gives an instance its role; no instances are started here',
  'AWS::WAFv2::WebACL': 'guards against the open internet; this port is open to loopback alone',
  'AWS::WAFv2::WebACLAssociation': 'goes with the web ACL',
};
