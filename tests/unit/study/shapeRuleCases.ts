import {O, R, actionWriting, output, v5, version, type RuleCase} from './ruleCases';

/** The rules of the reference parser on the shape of the file, in the order in which RULES.md lists them. */
export const SHAPE_RULE_CASES: readonly RuleCase[] = [
  {
    rule: 'E-YAML-SYNTAX',
    when: 'the text is not one YAML document: tabs, indentation, brackets, quotes, tags, aliases',
    triggers: [
      'version: 5\nactions:\n\ta: 1\n',
      'version: 5\nactions:\n   a: {}\n  b: {}\n',
      'version: 5\n---\nactions: {}\n',
      'version: "5\nactions: {}\n',
      'version: 5\nactions: *nothing\n',
      'version: 5\t\nactions: {}\n',
    ],
    passes: ['version: 5\nactions:\n  {}\n', '---\nversion: 5\nactions: {}\n...\n'],
  },
  {
    rule: 'E-YAML-DUPKEY',
    when: 'a key is given twice in the same mapping, at any depth; `1`, `1.0` and `true` are the same',
    triggers: [
      v5(actionWriting('a', 'a.csv'), actionWriting('a', 'b.csv')),
      v5(`a: {${R}, ${O}, config: {1: x, true: y}}`),
      v5(`a: {${R}, outputs: {highly_sensitive: {o: a.csv, o: b.csv}}}`),
    ],
    passes: [
      v5(actionWriting('a', 'a.csv'), actionWriting('A', 'b.csv')),
      v5(`a: {${R}, ${O}, config: {1: x, "1": y}}`),
    ],
  },
  {
    rule: 'E-ROOT-TYPE',
    when: 'the file is empty, a list or a text (the reference crashes)',
    triggers: ['- a\n', '', '# only a comment\n', 'text\n'],
    passes: ['version: 5\nactions: {}\n'],
  },
  {
    rule: 'E-KEY-TYPE',
    when: 'a key is not text at the root, in an action, in outputs or in expectations (the reference crashes)',
    triggers: [
      'version: 5\nactions: {}\n1: x\n',
      v5(`a: {${R}, ${O}, 1: x}`),
      v5(`a: {${R}, outputs: {1: {o: a.csv}, highly_sensitive: {o: a.csv}}}`),
    ],
    passes: [v5(`a: {${R}, outputs: {highly_sensitive: {1: a.csv}}}`), v5(`1: {${R}, ${O}}`)],
  },
  {
    rule: 'E-UNKNOWN-ROOT',
    when: 'the root has a key other than `version`, `actions` and `expectations`',
    triggers: ['version: 5\nactions: {}\nname: my study\n'],
    passes: ['version: 5\nactions: {}\n# name: my study\n'],
  },
  {
    rule: 'E-VERSION-MISSING',
    when: '`version` is absent or null',
    triggers: ['actions: {}\n', 'version:\nactions: {}\n'],
    passes: ['version: 5\nactions: {}\n'],
  },
  {
    rule: 'E-VERSION-TYPE',
    when: 'the version cannot be made a number',
    triggers: [
      'version: 5.0.0\nactions: {}\n',
      "version: ''\nactions: {}\n",
      'version: yes\nactions: {}\n',
      'version: [5]\nactions: {}\n',
      'version: 2020-01-01\nactions: {}\n',
      'version: "\\x1c5"\nactions: {}\n',
    ],
    passes: [
      'version: "5.0"\nactions: {}\n',
      "version: '  5 '\nactions: {}\n",
      'version: 0x5\nactions: {}\n',
      'version: true\nactions: {}\n',
      'version: .nan\nactions: {}\n',
      'version: 1e0\nactions: {}\n',
    ],
  },
  {
    rule: 'E-VERSION-TOO-NEW',
    when: 'the version is above 5 (the reference crashes)',
    triggers: [
      'version: 5.1\nactions: {}\n',
      'version: .inf\nactions: {}\n',
      "version: '1_0'\nactions: {}\n",
    ],
    passes: ['version: 4.9\nactions: {}\n'],
  },
  {
    rule: 'E-ACTIONS-TYPE',
    when: '`actions` is absent, null, a list or a text',
    triggers: [
      'version: 5\n',
      'version: 5\nactions:\n',
      'version: 5\nactions: []\n',
      'version: 5\nactions: a\n',
    ],
    passes: ['version: 5\nactions: {}\n'],
  },
  {
    rule: 'E-RUN-ALL-RESERVED',
    when: 'from version 5 on an action is called `run_all`',
    triggers: [v5(`run_all: {${R}, ${O}}`)],
    passes: [version('4', `run_all: {${R}, ${O}}`), v5(`run-all: {${R}, ${O}}`)],
  },
  {
    rule: 'E-ACTION-TYPE',
    when: 'an action is not a mapping',
    triggers: [v5('a: hello'), v5('a:'), v5('a: []')],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'E-NO-RUN',
    when: 'an action has no `run`',
    triggers: [v5(`a: {${O}}`)],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'E-NO-OUTPUTS',
    when: 'an action has no `outputs`',
    triggers: [v5(`a: {${R}}`)],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'E-UNKNOWN-ACTION-KEY',
    when: 'an action has a key other than `run`, `needs`, `outputs`, `config` and `dummy_data_file`',
    triggers: [v5(`a: {${R}, ${O}, args: x}`), v5(`a: {${R}, ${O}, action_id: x}`)],
    passes: [v5(`a: {${R}, ${O}, config: {x: 1}}`)],
  },
  {
    rule: 'E-OUTPUTS-TYPE',
    when: '`outputs` is not a mapping',
    triggers: [
      v5(`a: {${R}, outputs: a.csv}`),
      v5(`a: {${R}, outputs: }`),
      v5(`a: {${R}, outputs: [a.csv]}`),
    ],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'E-RUN-TYPE',
    when: '`run` is not text',
    triggers: [v5(`a: {run: [r:v2], ${O}}`), v5(`a: {run: 5, ${O}}`), v5(`a: {run: , ${O}}`)],
    passes: [v5(`a: {run: "5:v1", ${O}}`)],
  },
  {
    rule: 'E-NEEDS-TYPE',
    when: '`needs` is given, not null and not a list',
    triggers: [v5(`a: {${R}, ${O}, needs: b}`), v5(`a: {${R}, ${O}, needs: ''}`)],
    passes: [
      v5(`a: {${R}, ${O}, needs: }`),
      v5(`a: {${R}, ${O}, needs: []}`),
      v5(`a: {${R}, ${O}, needs: [b]}`, actionWriting('b', 'b.csv')),
    ],
  },
  {
    rule: 'E-CONFIG-TYPE',
    when: '`config` is given, not null and not a mapping',
    triggers: [v5(`a: {${R}, ${O}, config: []}`), v5(`a: {${R}, ${O}, config: x}`)],
    passes: [v5(`a: {${R}, ${O}, config: {}}`), v5(`a: {${R}, ${O}, config: }`)],
  },
  {
    rule: 'E-DUMMY-TYPE',
    when: '`dummy_data_file` is given, not null and not text',
    triggers: [v5(`a: {${R}, ${O}, dummy_data_file: 5}`)],
    passes: [
      v5(`a: {${R}, ${O}, dummy_data_file: dummy.csv}`),
      v5(`a: {${R}, ${O}, dummy_data_file: }`),
    ],
  },
  {
    rule: 'E-OUTPUTS-EMPTY',
    when: 'all three tiers are absent or null',
    triggers: [
      v5(`a: {${R}, outputs: {}}`),
      v5(`a: {${R}, outputs: {highly_sensitive: }}`),
      v5(`a: {${R}, outputs: {foo: {o: a.csv}}}`),
    ],
    passes: [v5(`a: {${R}, outputs: {highly_sensitive: {}}}`)],
  },
  {
    rule: 'E-UNKNOWN-TIER',
    when: 'there is an unknown tier beside a known one',
    triggers: [v5(`a: {${R}, outputs: {highly_sensitive: {a: a.csv}, low: {b: b.csv}}}`)],
    passes: [
      v5(`a: {${R}, outputs: {highly_sensitive: {a: a.csv}, minimally_sensitive: {b: b.csv}}}`),
    ],
  },
  {
    rule: 'E-TIER-TYPE',
    when: 'a tier is not a mapping of labels to paths',
    triggers: [
      v5(`a: {${R}, outputs: {highly_sensitive: a.csv}}`),
      v5(`a: {${R}, outputs: {highly_sensitive: [a.csv]}}`),
    ],
    passes: [v5(`a: {${R}, outputs: {highly_sensitive: {a: a.csv}}}`)],
  },
  {
    rule: 'E-OUTPUT-TYPE',
    when: 'the path of an output is not text',
    triggers: [output('[a.csv]'), output('5'), output('')],
    passes: [output('"5.csv"')],
  },
];
