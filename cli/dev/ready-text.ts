import type { Model } from '../../lib/model-repository/model.ts';
import type { DevOptions } from '../dev.ts';
import { exampleRequest } from '../example-request.ts';
import { pasteable } from '../pasteable.ts';
import type { LocalSession } from './local-session.ts';

/** What a person reads when the local cloud serves: where, a request to paste, what to do next. */
export function readyText(session: LocalSession, options: DevOptions): string {
  const { endpoint } = session.cloud;
  const port = session.cloud.port === 8080 ? '' : `--port ${session.cloud.port}`;
  const served = session.repository.models.filter(({ name }) => !session.failed.has(name));
  const model = served.find(({ name }) => name === 'spam') ?? served[0];
  const lines = [
    `Siskin is ready on ${endpoint}`,
    '',
    ...(model ? curlLines(model, endpoint, options.apiKey) : []),
    '',
    'What to do next:',
    `  - read the interface and try it: ${endpoint}/docs#${encodeURIComponent(options.apiKey)}`,
    `  - add ${options.models}/<model>/1/model.onnx, or a new version of a model`,
    `  - release what you changed, as a canary: ${pasteable('deploy --local', port)}`,
    ...waitingLines(session),
  ];
  return `${lines.join('\n')}\n`;
}

function curlLines(model: Model, endpoint: string, apiKey: string): string[] {
  const body = exampleRequest(model).replaceAll("'", "'\\''");
  const url = `${endpoint}/v2/models/${encodeURIComponent(model.name)}/infer`;
  return [`  curl -s ${url} -H 'x-api-key: ${apiKey}' \\`, `    -d '${body}'`];
}

/** A start releases nothing; it says what waits to be released. */
function waitingLines({ waiting, gone }: LocalSession): string[] {
  if (waiting.length + gone.length === 0) return [];
  return [
    '',
    `What differs from what serves, and waits for \`${pasteable('deploy --local')}\`:`,
    ...waiting.map((model) => `  - ${model} has changed`),
    ...gone.map((stack) => `  - the folder of ${stack} is gone`),
  ];
}
