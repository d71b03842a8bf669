import {findingWords, type CheckReport, type StudyFinding, type Waiver} from '../../shared/check';
import type {CellMark} from '../../shared/table';
import {ask} from './ask';
import {checkRows} from './checkRows';
import {markCells, showCell} from './cellMarks';
import type {Desk} from './deskStore';
import {withoutSide} from './sides';

/** Makes the checks before release anew; cells that were found are marked in their tables. */
export async function runChecks(desk: Desk): Promise<void> {
  const {store, host} = desk;
  if (store.getState().checkProgress !== null) return;
  store.setState({checkProgress: {done: 0, total: 0}});
  const answer = await host.request('release:check', {paths: null});
  if (answer.ok) {
    store.setState({checked: answer.value, checkProgress: null});
    markCells(store, 'checks', marksOf(answer.value));
  } else
    store.setState({
      checkProgress: null,
      ...(answer.error.kind === 'cancelled' ? {} : {error: answer.error}),
    });
}

/** Ends the checks under way; what was found before stays. */
export function stopChecks(desk: Desk): void {
  void ask(desk, 'release:stopCheck', {});
}

/** Takes the explanation of a finding back, and checks again. */
export async function unwaive(desk: Desk, waiver: Waiver): Promise<void> {
  const {path, rule, column, row} = waiver;
  await ask(desk, 'release:unwaive', {path, rule, column, row});
  await runChecks(desk);
}

const TONES = {question: 'fail', check: 'stale', info: 'info'} as const;

/** The cells that the findings are about, by file. */
export function marksOf({files, findings}: CheckReport): Readonly<Record<string, CellMark[]>> {
  const columns = new Map(
    files.map(({path, columns: all}) => [path, all.map(({name}) => name)] as const),
  );
  const marks: Record<string, CellMark[]> = {};
  // the gravest come first, and are marked last: over other marks of a cell
  for (const finding of [...findings].reverse()) {
    const column = columns.get(finding.path)?.indexOf(finding.column ?? '') ?? -1;
    if (finding.row === null || column < 0) continue;
    (marks[finding.path] ??= []).push({
      row: finding.row,
      column,
      tone: TONES[finding.level],
      reason: findingWords(finding),
    });
  }
  return marks;
}

/**
 * Shows what a finding is about: the cell of its table, its file, or its line of project.yaml; beside it what can be done
 * about the findings of its row, where that is named.
 */
export function showFinding(
  {store}: Pick<Desk, 'store'>,
  finding: StudyFinding,
  row?: string,
): void {
  const {checked} = store.getState();
  const {path} = finding;
  const file = checked?.files.find((each) => each.path === path);
  const column = file?.columns.findIndex(({name}) => name === finding.column) ?? -1;
  if (path === 'project.yaml') store.setState({centre: {kind: 'project-file', line: finding.row}});
  else if (column >= 0) showCell(store, {path, row: finding.row ?? 1, column});
  else store.setState({centre: {kind: 'output', path}});
  if (row === undefined) return;
  // over what is read, also where that is the one place shown
  store.setState((state) => ({
    shownFinding: row,
    readingTab: 'findings',
    collapsed: withoutSide(state.collapsed, 'right'),
  }));
}

/** Shows the finding after or before the one shown last, in the order of the list as it is narrowed. */
export function stepFinding(desk: Pick<Desk, 'store'>, step: 1 | -1): void {
  const {checked, checkFilter, shownFinding} = desk.store.getState();
  const rows = checkRows(checked?.findings ?? [], checkFilter);
  const here = rows.findIndex(({key}) => key === shownFinding);
  const next = here < 0 && step < 0 ? -1 : here + step;
  const row = rows.at(next % Math.max(1, rows.length));
  if (row !== undefined) showFinding(desk, row.first, row.key);
}
