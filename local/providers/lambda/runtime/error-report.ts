/** An error as Lambda's Node runtime reports it. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: string[];
}

export function errorReport(error: unknown): ErrorReport {
  if (error instanceof Error) {
    return {
      errorType: String(error.name),
      errorMessage: String(error.message),
      trace: error.stack?.split('\n') ?? [],
    };
  }
  return { errorType: typeof error, errorMessage: describe(error), trace: [] };
}

/** An error of the runtime itself, such as a handler that cannot be found. */
export class RuntimeError extends Error {
  constructor(type: string, message: string) {
    super(message);
    this.name = `Runtime.${type}`;
  }
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value that cannot be shown as text'; // an object without toString
  }
}
