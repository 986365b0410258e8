import type { ResourceDefinition } from './api-definition.ts';

export interface RouteMatch<T> {
  readonly to: T;
  /** Names and values of the path's parameters, decoded once; undefined when it has none. */
  readonly parameters: readonly (readonly [name: string, value: string])[] | undefined;
}

interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  parameter: { readonly name: string; readonly node: Node<T> } | undefined;
  greedy: { readonly name: string; readonly to: T } | undefined;
  to: T | undefined;
}

/**
 * Finds a path's resource: fixed parts go before parameters, parameters before `{proxy+}`. Built
 * once per deployment; a look-up takes one step per part of the path.
 */
export class RouteTable<T> {
  readonly #root: Node<T> = newNode();

  constructor(resources: readonly ResourceDefinition[], toValue: (r: ResourceDefinition) => T) {
    for (const resource of resources) {
      // A resource without methods is only the way to those below it.
      if (Object.keys(resource.methods).length > 0) this.#add(resource.path, toValue(resource));
    }
  }

  /** `path` as it was sent, without its query. */
  match(path: string): RouteMatch<T> | undefined {
    const parts = path.split('/');
    parts.shift();
    if (parts.length > 0 && parts.at(-1) === '') parts.pop(); // a trailing slash means nothing
    const values: (readonly [string, string])[] = [];
    const to = find(this.#root, parts, 0, values);
    if (to === undefined) return undefined;
    return { to, parameters: values.length > 0 ? values : undefined };
  }

  #add(path: string, to: T): void {
    let node = this.#root;
    for (const part of path.split('/').filter(Boolean)) {
      const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
      if (name && plus) {
        node.greedy = { name, to };
        return;
      }
      node = name ? parameterNode(node, name) : fixedNode(node, part);
    }
    node.to = to;
  }
}

function find<T>(
  node: Node<T>,
  parts: readonly string[],
  at: number,
  values: (readonly [string, string])[],
): T | undefined {
  if (at === parts.length) return node.to;
  const part = decode(parts[at] as string);
  const fixed = node.fixed.get(part);
  if (fixed) {
    const found = find(fixed, parts, at + 1, values);
    if (found !== undefined) return found;
  }
  if (node.parameter && part !== '') {
    values.push([node.parameter.name, part]);
    const found = find(node.parameter.node, parts, at + 1, values);
    if (found !== undefined) return found;
    values.pop();
  }
  if (!node.greedy) return undefined;
  values.push([node.greedy.name, parts.slice(at).map(decode).join('/')]);
  return node.greedy.to;
}

function newNode<T>(): Node<T> {
  return { fixed: new Map(), parameter: undefined, greedy: undefined, to: undefined };
}

function fixedNode<T>(node: Node<T>, part: string): Node<T> {
  let next = node.fixed.get(part);
  if (!next) {
    next = newNode();
    node.fixed.set(part, next);
  }
  return next;
}

function parameterNode<T>(node: Node<T>, name: string): Node<T> {
  node.parameter ??= { name, node: newNode() };
  return node.parameter.node;
}

function decode(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not percent-encoding: taken as it stands
  }
}
