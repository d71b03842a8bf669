import type {Action} from '../../shared/project';
import type {DraftAction} from './draftAction';
import type {LineIndex} from './lineIndex';
import {directoryOf} from '../../shared/outputPath';
import {pythonJson} from './python/pythonJson';
import {shellJoin} from './tokenise';

/** Commands that read the database on the server (RULES "Command"); `*` stands for all. */
const DATABASE_COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ehrql', ['generate-dataset', 'generate-measures']],
  ['sqlrunner', ['*']],
  ['cohortextractor', ['generate_cohort', 'generate_codelist_report']],
  ['databuilder', ['generate-dataset']],
]);

/** True for a command that reads the database on the server. */
export function usesDatabase(imageName: string, argv: readonly string[]): boolean {
  const commands = DATABASE_COMMANDS.get(imageName) ?? [];
  return commands.includes('*') || commands.includes(argv[1] ?? '');
}

/** An action of a valid project from its draft; null where the draft lacks its command. */
export function buildAction(
  draft: DraftAction,
  populationSize: number | null,
  lines: LineIndex,
): Action | null {
  return draft.run === null || draft.run.argv === null
    ? null
    : actionAsRead(draft, populationSize, lines);
}

/** An action as far as it can be read: a command that can't be read is empty. */
export function actionAsRead(
  draft: DraftAction,
  populationSize: number | null,
  lines: LineIndex,
): Action {
  const run = draft.run ?? {...draft.key, text: '', argv: [], imageName: '', imageTag: ''};
  const argv = run.argv ?? [];
  const written =
    draft.config === null || draft.config.entries.size === 0 ? null : pythonJson(draft.config);
  const configJson = written?.json ?? null;
  const config = configJson === null ? [] : ['--config', configJson];
  return {
    name: draft.name,
    run: {
      raw: run.text,
      argv,
      imageName: run.imageName,
      imageTag: run.imageTag,
      span: lines.span(run),
    },
    needs: draft.needs.map(({text}) => text),
    outputs: draft.outputs.map(({tier, label, pattern}) => ({
      tier,
      label,
      pattern: pattern.text,
      span: lines.span(pattern),
    })),
    tiers: draft.tiers,
    configJson,
    containerArgs: [...argv.slice(1), ...config, ...cohortExtras(draft, populationSize)],
    // Where the reference can't write the JSON there is no such command.
    commandWithConfig:
      written === null || written.refused !== null ? null : shellJoin([...argv, ...config]),
    dummyDataFile: draft.dummyDataFile?.text ?? null,
    usesDatabase: usesDatabase(run.imageName, argv),
    span: lines.span(draft.key),
  };
}

/** `cohortextractor:<tag> generate_cohort`, however it is written. */
export function isGenerateCohort(action: DraftAction): boolean {
  return action.run?.imageName === 'cohortextractor' && action.run.argv?.[1] === 'generate_cohort';
}

/** What the container of an action is given where it reads a real database: the same without options for dummy data. */
export function argsOnDatabase({run, configJson, containerArgs}: Action): readonly string[] {
  const written = run.argv.length - 1 + (configJson === null ? 0 : 2);
  const added = containerArgs.slice(written);
  return [
    ...containerArgs.slice(0, written),
    ...added.filter((each) => !/^--(dummy-data-file|expectations-population)=/.test(each)),
  ];
}

/** Arguments that the runner adds to `generate_cohort` where dummy data are used (RULES "Command"). */
function cohortExtras(draft: DraftAction, populationSize: number | null): readonly string[] {
  if (!isGenerateCohort(draft)) return [];
  const extras =
    draft.dummyDataFile !== null
      ? [`--dummy-data-file=${draft.dummyDataFile.text.replaceAll('\\', '/')}`]
      : [`--expectations-population=${String(populationSize)}`];
  const directories = new Set(draft.outputs.map(({pattern}) => directoryOf(pattern.text)));
  if (directories.size === 1) extras.push(`--output-dir=${[...directories][0] ?? ''}`);
  return extras;
}
