/** Values written in every way that readers of YAML disagree about; separated by ` | ` and line ends. */
const FORMS = `
  0 | -0 | +0 | 00 | 0_ | 0b | 0b1 | 0b_1 | 0x | 0xG | 0o | 0o8 | 08 | 09 | 010 | 0_1 | 1_
  1__2 | +1_ | -1 | - 1 | 1:30 | 1:60 | 60:00 | 190:20:30 | 190:20:30.15 | 1:1.5 | .5 | -.5
  +.5 | .5e1 | .5e+1 | 5e1 | 5.e1 | 5.5E-3 | 1e | e1 | 1e+ | . | .. | ._ | .e1 | +. | -.inf
  +.INF | .Inf | .iNf | .nan | -.nan | .NaN | ~ | null | Null | NULL | nUll | true | True
  TRUE | tRue | yes | Yes | YES | no | NO | on | Off | y | Y | n | N | 2020-01-01 | 2020-1-1
  2020-01-01 1:02:03 | 2020-01-01T01:02:03Z | 2020-01-01 01:02:03.123456789 +1
  2020-01-01 01:02:03 +01:30 | 2020-01-01t1:2:3 | 2020-02-29 | 2021-02-29 | 0000-01-01
  1,2 | 0.0 | 1. | 1._5 | 1_000.5 | 12e03 | 1e400 | -1e400
  123456789012345678901234567890 | 0x1_F | "5" | &a | &a 5 | *x | a: b | a :b | a: | ? a | ?a
  -a | --- a | ... a | --- | ... | @a | > | >5 | [a | {a | [a]] | {a}} | [a b] | [a,,b] | [,]
  {,} | {a,,b} | [? a] | [? a: b] | {? a} | [a: b: c] | {a: b: c} | {a b: c} | {"a":b}
  {"a": b} | ["a":b] | [a:b] | [a :b] | {a :b} | [:] | {:} | [: ] | {: } | [-] | [- a] | {- a}
  [#a] | [a#b] | "a | 😀 | "😀"
`;

/** Those of \`FORMS\`, and what can't be written there. */
export const SCALAR_FORMS: readonly string[] = [
  ...FORMS.trim().split(/ \| |\n +/),
  ...["'5'", '`a', '|', '|1', '|-', '|+', '|a', '[a #b\n]', '"a\n b"', "'a\n\n b'", '"\\x41"'],
  ...['"\\u0041"', '"\\U00000041"', '"\\U00110000"', '"\\ud800"', '"\\z"', '"a\\\n   b"'],
  ...['"\\\n"', "'\\n'", "''''", 'a\tb', '\ta', 'a\t', 'a\t#b', 'a \t#b', 'a #\tb', '[a\t]'],
  ...['[a,\tb]', '{a:\tb}', '"a"\t', "'a'\t", 'a\u00a0', '\u00a0', '\u2028', 'a\u2028 b'],
  ...['a\u0085b', 'a\u0085 b'],
  ...[`${'a'.repeat(1100)}: 1`, `"${'a'.repeat(1100)}": 1`, `{${'a'.repeat(1100)}: 1}`],
];

/** Every form as a value, a key, in a list, in braces and deeper. */
export function scalarDocuments(): readonly string[] {
  return SCALAR_FORMS.flatMap((form) => [
    `a: ${form}\n`,
    `${form}: 1\n`,
    `- ${form}\n- b\n`,
    `{k: ${form}}\n`,
    `a:\n  - b: ${form}\n    c: d\n`,
  ]);
}
