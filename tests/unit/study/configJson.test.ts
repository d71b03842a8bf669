import {describe, expect, it} from 'vitest';
import {pythonJson} from '../../../electron/study/python/pythonJson';
import {readYaml} from '../../../electron/study/yaml/readYaml';

function jsonOf(config: string): ReturnType<typeof pythonJson> {
  const {root} = readYaml(config);
  if (root?.kind !== 'map') throw new Error(`No mapping: ${config}`);
  return pythonJson(root);
}

/** `config:` mappings and the line the container is given (RULES "Command"). */
const WRITTEN: readonly (readonly [string, string])[] = [
  ['{a: 1, b: [x, y], c: {d: e}}', '{"a": 1, "b": ["x", "y"], "c": {"d": "e"}}'],
  ['{b: 1, a: 2}', '{"b": 1, "a": 2}'],
  [
    '{a: 1.0, b: 1e3, c: 1e16, d: 1.5e-5, e: 0.0001, f: -0.0, g: 1e15, h: 5e-324}',
    '{"a": 1.0, "b": 1000.0, "c": 1e+16, "d": 1.5e-05, "e": 0.0001, "f": -0.0, "g": 1000000000000000.0, "h": 5e-324}',
  ],
  ['{a: true, b: null, c: ~, d: yes}', '{"a": true, "b": null, "c": null, "d": "yes"}'],
  ['{2: a, true: b, null: c, 1.5: d}', '{"2": "a", "true": "b", "null": "c", "1.5": "d"}'],
  ['{a: .inf, b: -.inf, c: .nan}', '{"a": Infinity, "b": -Infinity, "c": NaN}'],
  ['{a: "it\'s"}', '{"a": "it\\u0027s"}'],
  ['{a: é😀, b: "\\x7f"}', '{"a": "\\u00e9\\ud83d\\ude00", "b": "\\u007f"}'],
  ['{a: "\\n\\t\\"\\\\"}', '{"a": "\\n\\t\\"\\\\"}'],
  [
    '{a: 123456789012345678901234567890, b: 0x1F}',
    '{"a": 123456789012345678901234567890, "b": 31}',
  ],
  [
    '{x: &x {p: 1, q: 2}, y: {r: 3, <<: *x, q: 5}}',
    '{"x": {"p": 1, "q": 2}, "y": {"r": 3, "q": 5, "p": 1}}',
  ],
];

describe('pythonJson', () => {
  it.each(WRITTEN)('writes %j as Python does', (config, json) => {
    expect(jsonOf(`x: 1\nconfig: ${config}\n`).json).toBe(`{"x": 1, "config": ${json}}`);
    expect(jsonOf(`config: ${config}`).refused).toBeNull();
  });

  it('names the first value that Python refuses, and writes it as text', () => {
    const {json, refused} = jsonOf('a: 2020-01-01\nb: {2020-1-2 1:00:00: c}\n');
    expect(json).toBe('{"a": "2020-01-01", "b": {"2020-1-2 1:00:00": "c"}}');
    expect(refused).toMatchObject({kind: 'date', from: 3});
  });
});
