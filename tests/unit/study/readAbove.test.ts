import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';

const found = (text: string) => readProject(text).problems.map(({rule, line}) => `${rule} ${line}`);

const ABOVE = `version: 5
actions:
  a:
    run: r a.R
    outputs:
      highly_sensitive:
        o: out
  b:
    run: r:v2 b.R
    needs: [c]
`;

describe('after a YAML syntax error', () => {
  it('tells it first, then what is wrong above it', () => {
    expect(found(`${ABOVE}    outputs: "never closed\n  c:\n    run: r c.R\n`)).toEqual([
      'E-YAML-SYNTAX 11',
      'E-PATH-NOEXT 7',
      'E-RUN-VERSION 4',
    ]);
  });

  it('keeps silent about what may stand below it', () => {
    expect(found('actions:\n  a:\n    needs: [b]\n    run: r:v2 a.R\n\tx\nversion: 5\n')).toEqual([
      'E-YAML-SYNTAX 5',
    ]);
  });

  it('tells the error alone where nothing above can be read', () => {
    expect(found('[\n')).toEqual(['E-YAML-SYNTAX 1']);
  });
});

it('places problems in files with CRLF, CR and wide characters', () => {
  const text =
    'version: 5\nactions:\n  a:\n    run: "r:v2 😀.R" # 😀\n    outputs: {highly_sensitive: {"😀": out}}\n';
  for (const lineEnd of ['\n', '\r\n', '\r']) {
    const [problem] = readProject(text.replaceAll('\n', lineEnd)).problems;
    // columns count UTF-16 units, as editors do
    expect(problem).toMatchObject({
      rule: 'E-PATH-NOEXT',
      line: 5,
      column: 40,
      endLine: 5,
      endColumn: 43,
    });
  }
});
