/** The texts that each macro of a do-file may stand for; `*` for a part that is not known. */
export type Macros = ReadonlyMap<string, readonly string[]>;

const SET = /^\s*(?:local|loc|global|gl|glob)\s+(\+\+|--)?(\w+)\s*(=|:)?\s*(.*)$/i;
const LOOP = /^\s*(?:foreach|forvalues|forv)\s+(\w+)\s*(in\s|of\s+\w+|=)?\s*([^{]*)/i;
/** Commands that set macros to what is only known at run time. */
const SET_BY_COMMAND = /\blocal\s*\(\s*(\w+)|\bgettoken\s+([\w\s]+)|^\s*args\s+([\w\s]+)/gi;
const MOST_VALUES = 64;
const MOST_MACROS_IN_A_PATH = 6;

/** All that the macros of some statements are set to, wherever in the file that is. */
export function macrosOf(statements: readonly string[]): Macros {
  const macros = new Map<string, string[]>();
  const add = (name: string, values: readonly string[]): void => {
    macros.set(name, [...(macros.get(name) ?? []), ...values]);
  };
  for (const line of statements) {
    const [, counted, set = '', sign, value = ''] = SET.exec(line) ?? [];
    if (set !== '') add(set, counted === undefined ? setTo(sign, value.trim()) : ['*']);
    for (const found of line.matchAll(SET_BY_COMMAND))
      for (const name of (found[1] ?? found[2] ?? found[3] ?? '').trim().split(/\s+/))
        add(name, ['*']);
  }
  // what is looped over can have been set anywhere
  for (const line of statements) {
    const [, name = '', kind = '', items = ''] = LOOP.exec(line) ?? [];
    if (name !== '') add(name, loopedOver(kind.trim().toLowerCase(), items.trim(), macros));
  }
  return macros;
}

/** The texts a path may stand for once macros are filled in; `/` between folders. */
export function withMacros(path: string, macros: Macros): readonly string[] {
  let filled: readonly string[] = [path.replaceAll('\\', '/')];
  for (let round = 0; round < MOST_MACROS_IN_A_PATH; round += 1)
    filled = filled
      .flatMap((each) => {
        const macro = /`([^`']*)'|\$\{(\w+)\}|\$(\w+)/.exec(each);
        if (macro === null) return [each];
        const name = macro[1] ?? macro[2] ?? macro[3] ?? '';
        return (macros.get(name) ?? ['*']).map((value) => each.replace(macro[0], () => value));
      })
      .slice(0, MOST_VALUES + 1);
  if (filled.length > MOST_VALUES) return ['*'];
  return [...new Set(filled.map((each) => each.replace(/`[^`']*'|\$\{?\w+\}?|`/g, '*')))];
}

/** `= exp` is worked out only where it is one text; what follows a colon never is. */
function setTo(sign: string | undefined, value: string): readonly string[] {
  if (sign === ':') return ['*'];
  if (sign === '=') return /^"[^"]*"$/.test(value) ? [unquoted(value)] : ['*'];
  return [unquoted(value)];
}

function loopedOver(kind: string, items: string, macros: Macros): readonly string[] {
  if (kind === 'in') return itemsOf(items);
  const list = /^of\s+(local|loc|global|gl|glob)$/.test(kind) ? macros.get(items) : undefined;
  return list === undefined ? ['*'] : list.flatMap(itemsOf);
}

function itemsOf(list: string): readonly string[] {
  return [...list.matchAll(/`"(.*?)"'|"([^"]*)"|(\S+)/g)].map(
    (item) => item[1] ?? item[2] ?? item[3] ?? '',
  );
}

function unquoted(text: string): string {
  return text.replace(/^`?"(.*)"'?$/, '$1');
}
