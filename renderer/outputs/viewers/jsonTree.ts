/** A value of JSON, what it reads kept letter for letter: parsing would round numbers. */
export type JsonNode =
  | {readonly kind: 'value'; readonly text: string}
  | {readonly kind: 'list'; readonly items: readonly JsonNode[]}
  | {readonly kind: 'object'; readonly entries: readonly JsonEntry[]};

/** A name, as it is written but without its quotes, and its value; a name may come twice. */
export interface JsonEntry {
  readonly name: string;
  readonly value: JsonNode;
}

/** A row of the tree. */
export interface JsonRow {
  /** Its place: names and numbers on the way to it. */
  readonly key: string;
  readonly level: number;
  /** Undefined for a value. */
  readonly expanded?: boolean;
  readonly label: string;
  readonly node: JsonNode;
}

/** A string, a number or a word of JSON; the text must be valid. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Reads valid JSON, however deep. */
export function readJsonTree(json: string): JsonNode {
  const tokens = json.match(TOKEN) ?? [];
  /** What is open; each takes the values that follow. */
  const open: {readonly node: JsonNode; readonly take: (value: JsonNode) => void}[] = [];
  let root: JsonNode = {kind: 'value', text: ''};
  let name = '';
  const put = (node: JsonNode): void => {
    const holder = open.at(-1);
    if (holder === undefined) root = node;
    else holder.take(node);
  };
  for (const [at, token] of tokens.entries()) {
    if (token === '{') {
      const entries: JsonEntry[] = [];
      const node: JsonNode = {kind: 'object', entries};
      put(node);
      open.push({node, take: (value) => entries.push({name, value})});
    } else if (token === '[') {
      const items: JsonNode[] = [];
      const node: JsonNode = {kind: 'list', items};
      put(node);
      open.push({node, take: (value) => items.push(value)});
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',' || token === ':') continue;
    else if (tokens[at + 1] === ':') name = token.slice(1, -1);
    else put({kind: 'value', text: token});
  }
  return root;
}

/** A node with so many parts or fewer is open at first, as long as it is not deep. */
const OPEN_AT_FIRST = {parts: 50, level: 3};

/** The rows of a tree; what was toggled is the other way round than at first. */
export function jsonRows(root: JsonNode, toggled: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const waiting: Omit<JsonRow, 'expanded'>[] = [{key: '$', level: 1, label: '', node: root}];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const {node, key, level} = next;
    if (node.kind === 'value') {
      rows.push(next);
      continue;
    }
    const parts =
      node.kind === 'list'
        ? node.items.map((value, at) => ({name: String(at), value}))
        : node.entries;
    const atFirst = parts.length <= OPEN_AT_FIRST.parts && level <= OPEN_AT_FIRST.level;
    const expanded = level === 1 ? !toggled.has(key) : atFirst !== toggled.has(key);
    rows.push({...next, expanded});
    if (!expanded) continue;
    for (let at = parts.length - 1; at >= 0; at -= 1) {
      const part = parts[at];
      if (part !== undefined)
        waiting.push({key: `${key}/${at}`, level: level + 1, label: part.name, node: part.value});
    }
  }
  return rows;
}
