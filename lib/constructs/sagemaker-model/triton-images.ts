/**
 * Accounts that hold SageMaker's Triton images since release 23.12. Of the public SDK's list
 * (github.com/aws/sagemaker-python-sdk, image_uri_config/sagemaker-tritonserver.json, release 24.09);
 * the four regions marked with an asterisk are from AWS's list of deep learning containers.
 */
const mainAccount = '763104351884';

export const tritonAccounts: Readonly<Record<string, string>> = {
  'af-south-1': '626614931356',
  'ap-east-1': '871362719292',
  'ap-northeast-1': mainAccount,
  'ap-northeast-2': mainAccount,
  'ap-northeast-3': '364406365360',
  'ap-south-1': mainAccount,
  'ap-south-2': '772153158452', // *
  'ap-southeast-1': mainAccount,
  'ap-southeast-2': mainAccount,
  'ap-southeast-3': '907027046896',
  'ap-southeast-4': '457447274322', // *
  'ca-central-1': mainAccount,
  'ca-west-1': '204538143572',
  'cn-north-1': '727897471807',
  'cn-northwest-1': '727897471807',
  'eu-central-1': mainAccount,
  'eu-central-2': '380420809688', // *
  'eu-north-1': mainAccount,
  'eu-south-1': '692866216735',
  'eu-south-2': '503227376785', // *
  'eu-west-1': mainAccount,
  'eu-west-2': mainAccount,
  'eu-west-3': mainAccount,
  'il-central-1': '780543022126',
  'me-south-1': '217643126080',
  'sa-east-1': mainAccount,
  'us-east-1': mainAccount,
  'us-east-2': mainAccount,
  'us-west-1': mainAccount,
  'us-west-2': mainAccount,
};

export const tritonRepository = 'sagemaker-tritonserver';

/** The image has a smaller form without CUDA. */
export function tritonTag(version: string, hasGpu: boolean): string {
  return hasGpu ? `${version}-py3` : `${version}-py3-cpu`;
}
