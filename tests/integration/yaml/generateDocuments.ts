/** A small generator of repeatable pseudo-random numbers (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof createRandom>;

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random(from.length)];
  if (chosen === undefined) throw new Error('Nothing to choose from.');
  return chosen;
}

const SCALARS: readonly string[] = [
  ...['a', 'b c', 'r:v2 analysis/model.R', 'output/*.csv', 'x: y', 'a:b', '-', '- a', '?x', ':x'],
  ...['1', '1.0', '010', '0o17', '0x1F', '0b11', '-0o7', '1_000', '1_0.5', '1e3', '1.e+5', '.5e1'],
  ...['.5', '5.', '+1', '-1', '12:30', '190:20:30', '.inf', '-.INF', '.nan', '.', '._', '_1', '-_'],
  ...[
    ...['true', 'True', 'TRUE', 'tRUE', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'Y', '~'],
    ...['null'],
  ],
  ...['Null', '', '2020-01-01', '2020-1-1', '2020-13-01', '2020-01-01 12:00:00'],
  ...['2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.1 -5', '2020-02-30', '0000-01-01'],
  ...[
    ...['"quoted"', "'single'", '"a\\tb"', '"\\u00e9"', '"\\x4"', '"\\q"', "'it''s'"],
    ...['"two\n  lines"'],
  ],
  ...[
    ...["'two\n\n  lines'", '"a\\\n  b"', 'two\n    lines', '*a', '*b', '&a x', '&b [1, 2]'],
    ...['&a {k: v}'],
  ],
  ...['[a, b]', '[a, b,]', '[,a]'],
  ...['{a: 1, b: 2}', '{a, b}', '{a: 1,}', '{: a}', '[a: 1]', '[? a : b]', '{? a : b}', '{a:1}'],
  ...[
    ...['{"a":1}', '[a:1, "b":2]', '{a: :b}', '[: a]', '{a: [b, {c: d}]}', '[\na,\nb\n]', '{\n}'],
    ...['[]'],
  ],
  ...[
    ...['|\n  text\n  more\n', '>\n  text\n  more\n\n  end\n', '|-\n  x\n', '|+\n  x\n\n'],
    ...['|2\n   x\n'],
  ],
  ...[
    ...['>-\n  a\n   b\n  c\n', '|\n', '| # note\n    x\n', '|0\n x\n', '|x\n', '>1-\n x\n'],
    ...['|\n\n   x\n  y\n'],
  ],
  ...['a # note', 'a #', 'a#b', '# note', '@x', '`x', 'é', '😀', '\u00a0', 'a\tb', 'a\t', '\t'],
  ...['"😀" ', '"\\ud83d\\ude00"', 'a\u2028b', 'a\u0085b', 'a\rb', '"tab\there"', '---', '...'],
  ...['{<<: {a: 1}, b: 2}', '{<<: [{a: 1}, {a: 2}]}', '{<<: x}', '{a: 1, a: 2}', '{1: a, true: b}'],
  ...['{1: a, 1.0: b}', '{~: a, null: b}'],
];

const KEYS: readonly string[] = [
  ...[
    ...['version', 'actions', 'run', 'outputs', 'needs', 'config', 'a', 'b', 'c', '1', 'true'],
    ...['1.0', '<<'],
  ],
  ...['"q"', "'s'", '? x', '? |\n  k\n', '*a', '&a k', 'k k', '-k', ':k', '?k', ''],
];

const COMMENTS: readonly string[] = [
  ...['', '', '', '', ' # note', '\n', '\n\n', '\n# note', '\n  # note\n', ' #'],
];

function scalarAt(random: Random, indent: number): string {
  return pick(random, SCALARS).replaceAll('\n', `\n${' '.repeat(indent)}`);
}

function block(random: Random, indent: number, depth: number): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  const asList = random(4) === 0;
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const lead = asList ? '-' : `${pick(random, KEYS).replaceAll('\n', `\n${margin}`)}:`;
    const comment = pick(random, COMMENTS);
    if (depth > 0 && random(2) === 0) {
      const deeper = indent + pick(random, [0, 1, 2, 2, 2, 4]);
      const properties = pick(random, ['', '', '', '', ' &a']);
      lines.push(`${margin}${lead}${properties}${comment}`, block(random, deeper, depth - 1));
    } else {
      lines.push(`${margin}${lead} ${scalarAt(random, indent)}${comment}`);
    }
  }
  return lines.join('\n');
}

/** A study in the usual shape, with names that may repeat. */
function study(random: Random): string {
  const lines = [pick(random, ["version: '4.0'", 'version: 5', 'version: 3.0']), 'actions:'];
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const name = `action_${String(random(6))}`;
    lines.push(
      `  ${name}:`,
      `    run: ${pick(random, ['r:v2 a.R', 'ehrql:v1 generate-dataset d.py --output o.csv', '>\n      r:v2\n      a.R'])}`,
      ...pick(random, [
        [],
        ['    needs: [x, y]'],
        ['    needs:', '      - x', '      - y'],
        ['    needs:', '    - x'],
      ]),
      '    outputs:',
      `      ${pick(random, ['highly_sensitive', 'moderately_sensitive'])}:`,
      `        o: ${pick(random, ['out/a.csv', 'out/*.csv', '"a.csv"', "'b.csv'"])}`,
    );
    if (random(3) === 0) lines.push('', '# a comment', '');
  }
  return `${lines.join('\n')}\n`;
}

const MARKS = [
  ...'\n\n\n  \t:-?[]{},#&*|>\'"@`ab1=<~._\\\r\u0085\u2028\u0007',
  '---\n',
  '...\n',
  ': ',
  '- ',
  ' #',
];

function mangled(random: Random, text: string): string {
  let result = text;
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const at = random(result.length + 1);
    const length = random(4);
    const kind = random(5);
    if (kind === 0) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 1) result = result.slice(0, at) + pick(random, MARKS) + result.slice(at);
    else if (kind === 2) result = result.slice(0, at) + pick(random, MARKS) + result.slice(at + 1);
    else if (kind === 3) result = result.slice(0, at) + result.slice(Math.max(0, at - 12));
    else
      result = result.replace(/^ */m, (margin) =>
        random(2) === 0 ? `${margin} ` : margin.slice(1),
      );
  }
  return result;
}

/** The document with this number: always the same one. */
export function generateDocument(number: number): string {
  const random = createRandom(number + 1);
  const beginning = random(40) === 0 ? pick(random, ['---\n', '\ufeff']) : '';
  const body = random(3) === 0 ? study(random) : block(random, 0, 3);
  const text = beginning + (random(2) === 0 ? mangled(random, body) : body);
  return random(20) === 0 ? text.replaceAll('\n', '\r\n') : text;
}
