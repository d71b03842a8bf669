import type {DummyData, EhrqlAction} from '../../shared/dataset';

const COMMANDS = ['generate-dataset', 'generate-measures'] as const;

/** The options whose values are of interest here. */
const OPTIONS = ['--output', '--dummy-tables', '--dummy-data-file', '--test-data-file'] as const;
/** Others that take a value. */
const OTHERS = ['--dsn', '--query-engine', '--backend'] as const;

/**
 * What a run line says to ehrQL, as ehrQL reads it: options in any place and shortened as far as they are clear, the last of
 * the same name, its parameters behind the first `--`. Null for one that runs no definition.
 */
export function readEhrqlRun(argv: readonly string[]): Omit<EhrqlAction, 'action'> | null {
  const command = COMMANDS.find((each) => each === argv[1]);
  if (!argv[0]?.startsWith('ehrql:') || command === undefined) return null;
  const words = argv.slice(2);
  const split = words.indexOf('--');
  const given = new Map<string, string>();
  const files: string[] = [];
  const own = split < 0 ? words : words.slice(0, split);
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] ?? '';
    const [typed = '', ...rest] = word.split('=');
    const option = word.startsWith('--') ? ehrqlOptionOf(typed) : undefined;
    if (option === undefined) {
      if (!word.startsWith('-')) files.push(word);
      continue;
    }
    if (rest.length === 0) at += 1;
    given.set(option, rest.length === 0 ? (own[at] ?? '') : rest.join('='));
  }
  const value = (option: (typeof OPTIONS)[number]): string | null => {
    const found = given.get(option) ?? '';
    return found === '' ? null : found;
  };
  return {
    command,
    file: files[0] ?? null,
    args: split < 0 ? [] : words.slice(split + 1),
    output: value('--output'),
    dummyTables: value('--dummy-tables'),
    dummyDataFile: value('--dummy-data-file'),
    testDataFile: value('--test-data-file'),
  };
}

/** The option that a word of a run line is for, shortened or not; undefined for any other. */
export function ehrqlOptionOf(typed: string): string | undefined {
  const all = [...OPTIONS, ...OTHERS];
  const begun = all.filter((option) => option.startsWith(typed));
  return all.find((option) => option === typed) ?? (begun.length === 1 ? begun[0] : undefined);
}

/** Where the dummy data of a run line come from: of a file and tables ehrQL takes the file. */
export function dummyDataOf({
  dummyDataFile,
  dummyTables,
}: Pick<EhrqlAction, 'dummyDataFile' | 'dummyTables'>): DummyData {
  if (dummyDataFile !== null) return {kind: 'file', path: dummyDataFile};
  if (dummyTables !== null) return {kind: 'tables', path: dummyTables};
  return {kind: 'generated', path: null};
}
