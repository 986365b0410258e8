import { AwsError } from '../../host/aws-error.ts';
import { parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import { listNewest } from './listing.ts';
import type { Models } from './model.ts';
import { invalid } from './refusals.ts';
import { parseS3Uri } from './s3-location.ts';
import { describeTransformJob, summarizeTransformJob } from './transform-job.ts';
import { createInput, nameInput } from './transform-job-input.ts';
import type { TransformJobs } from './transform-jobs.ts';

export interface TransformOperationParts {
  readonly models: Models;
  readonly transforms: TransformJobs;
}

export function transformOperations(parts: TransformOperationParts): Record<string, Operation> {
  const { transforms } = parts;
  const named = (input: unknown) => transforms.get(parseInput(nameInput, input).TransformJobName);
  return {
    CreateTransformJob: (input) => create(parts, input),
    DescribeTransformJob: (input) => describeTransformJob(named(input)),
    ListTransformJobs: (input) => list(transforms, input),
    StopTransformJob: (input) => {
      const { name, status } = named(input);
      if (status !== 'InProgress') {
        throw invalid(`The request was rejected because the transform job is in status ${status}.`);
      }
      transforms.end(name);
      return {};
    },
  };
}

function create({ models, transforms }: TransformOperationParts, input: unknown) {
  const request = parseInput(createInput, input);
  const existing = transforms.find(request.TransformJobName);
  if (existing) {
    throw new AwsError(
      'ResourceInUse',
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${existing.arn})`,
    );
  }
  models.get(request.ModelName); // says when there is none
  parseS3Uri(request.TransformInput.DataSource.S3DataSource.S3Uri);
  parseS3Uri(request.TransformOutput.S3OutputPath);
  return { TransformJobArn: transforms.create(request).arn };
}

function list(transforms: TransformJobs, input: unknown): Record<string, unknown> {
  const { items, nextToken } = listNewest(transforms.all(), input);
  return {
    TransformJobSummaries: items.map(summarizeTransformJob),
    ...(nextToken && { NextToken: nextToken }),
  };
}
