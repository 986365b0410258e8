import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';

interface Application {
  readonly name: string;
  readonly createTime: number;
}

const createInput = z.object({
  applicationName: z.string().min(1).max(100),
  computePlatform: z.literal('Lambda', 'the local cloud deploys Lambda functions only'),
});
const nameInput = z.object({ applicationName: z.string() });
const namesInput = z.object({ applicationNames: z.array(z.string()) });

/** An application is a name for its deployment groups. */
export class Applications {
  readonly #applications: Collection<Application>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.#applications = host.storage('codedeploy').collection('applications');
  }

  get(name: string): Application {
    const found = this.#applications.get(name);
    if (found) return found;
    throw new AwsError(
      'ApplicationDoesNotExistException',
      `No application found for name: ${name}`,
    );
  }

  create(input: unknown): void {
    const { applicationName: name } = parseInput(
      createInput,
      input,
      'InvalidApplicationNameException',
    );
    if (this.#applications.has(name)) {
      throw new AwsError(
        'ApplicationAlreadyExistsException',
        `Application already exists with name: ${name}`,
      );
    }
    this.#applications.set(name, { name, createTime: this.#host.clock.now() });
  }

  delete(name: string): void {
    this.#applications.delete(name);
  }

  operations(): Record<string, Operation> {
    return {
      CreateApplication: (input) => {
        this.create(input);
        return { applicationId: input.applicationName };
      },
      GetApplication: (input) => ({
        application: describeApplication(this.get(parseInput(nameInput, input).applicationName)),
      }),
      BatchGetApplications: (input) => ({
        applicationsInfo: parseInput(namesInput, input).applicationNames.map((name) =>
          describeApplication(this.get(name)),
        ),
      }),
      ListApplications: () => ({ applications: this.#applications.keys().sort() }),
      DeleteApplication: (input) => {
        this.delete(parseInput(nameInput, input).applicationName);
        return {};
      },
    };
  }
}

function describeApplication({ name, createTime }: Application): Record<string, unknown> {
  return {
    applicationId: name,
    applicationName: name,
    computePlatform: 'Lambda',
    createTime: new Date(createTime),
    linkedToGitHub: false,
  };
}
