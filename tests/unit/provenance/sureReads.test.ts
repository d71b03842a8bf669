import {expect, it} from 'vitest';
import {CodeMatcher} from '../../../electron/provenance/scan/codeMatcher';
import {sureReads} from '../../../electron/provenance/scan/sureReads';
import {fixture} from '../../fixture';

interface ReadCase {
  /** In words. */
  readonly of: string;
  readonly run: string;
  /** The text of the script in `run`. */
  readonly code: string;
  readonly finds?: readonly string[];
}

const {sure, unsure} = fixture<{
  readonly sure: readonly ReadCase[];
  readonly unsure: readonly ReadCase[];
}>('scan/sureReads.yaml');

const LIBRARY = {
  'analysis/load.R':
    'load_it <- function() read.csv("output/from_function.csv")\nbase <- readRDS("output/base.rds")\n',
  'analysis/shared.py':
    'import pandas as pd\ndef load():\n    return pd.read_csv("output/from_function.csv")\nTABLE = pd.read_csv("output/base.csv")\n',
};

it.each([...sure, ...unsure])('$of: surely read is $finds', ({run, code, finds = []}) => {
  const argv = run.split(' ');
  const script = argv.find((word) => /\.(R|py|do)$/.test(word)) ?? '';
  const all: Readonly<Record<string, string>> = {...LIBRARY, [script]: code};
  const sources = {
    matcher: new CodeMatcher(Object.keys(all)),
    readText: (path: string) => all[path] ?? null,
  };
  const found = sureReads(argv, sources, new Map());
  expect(
    found.map(({path, at}) => (at === null ? path : `${path} ${at.script}:${at.line}`)),
  ).toEqual(finds);
});
