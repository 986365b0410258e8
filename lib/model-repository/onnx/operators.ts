import { contentsOf, type OnnxModel } from './onnx-model.ts';

/** An operator that a model uses. */
export interface Operator {
  readonly domain: string;
  readonly type: string;
  /** Version of the operator's set in the model; undefined when the model names none. */
  readonly version: bigint | undefined;
  readonly nodes: number;
}

/** What ONNX's own domain is called; in a file its name may be left empty. */
export const defaultDomain = 'ai.onnx';

/** The model's operators, each once, without those that the model itself defines. */
export function operatorsOf(model: OnnxModel): Operator[] {
  const own = new Set(model.functions.map(({ domain, name }) => operatorName(domain, name)));
  const versions = new Map(
    model.opsetImport.map(({ domain, version }) => [domain || defaultDomain, version]),
  );
  const uses = Map.groupBy(contentsOf(model).nodes, ({ domain, opType }) =>
    operatorName(domain, opType),
  );
  return [...uses]
    .filter(([name]) => !own.has(name))
    .map(([name, nodes]) => {
      const [domain, type] = name.split(':') as [string, string];
      return { domain, type, version: versions.get(domain), nodes: nodes.length };
    });
}

/** `ai.onnx:Conv` */
export function operatorName(domain: string, type: string): string {
  return `${domain || defaultDomain}:${type}`;
}
