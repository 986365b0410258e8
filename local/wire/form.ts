type Node = string | { [name: string]: Node };

/**
 * The members of a query-protocol form. Lists come as `Tags.member.1.Key`, flat as `Attribute.1`;
 * maps as `Entries.entry.1.key` and `.value`.
 */
export function parseForm(form: URLSearchParams): Record<string, unknown> {
  const root: Record<string, Node> = Object.create(null);
  for (const [name, value] of form) {
    let node = root;
    const path = name.split('.');
    const last = path.pop() as string;
    for (const step of path) {
      const next = node[step];
      node = node[step] = typeof next === 'object' ? next : Object.create(null);
    }
    node[last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, node]) => [name, toValue(node)]));
}

function toValue(node: Node): unknown {
  if (typeof node === 'string') return node;
  const names = Object.keys(node);
  const [only] = names;
  if (names.length === 1 && only === 'member') return toList(node.member as Node);
  if (names.length === 1 && only === 'entry') return toMap(node.entry as Node);
  if (names.length > 0 && names.every((name) => /^\d+$/.test(name))) return toList(node);
  return Object.fromEntries(names.map((name) => [name, toValue(node[name] as Node)]));
}

function toList(node: Node): unknown[] {
  if (typeof node === 'string') return [node];
  return Object.keys(node)
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => toValue(node[index] as Node));
}

function toMap(node: Node): Record<string, unknown> {
  const entries = toList(node) as { key?: unknown; value?: unknown }[];
  return Object.fromEntries(entries.map(({ key, value }) => [String(key), value]));
}
