import {createPatch} from 'diff';
import {useMemo} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {isOfFiles} from '../../shared/problem';
import type {EditPreview} from '../../shared/projectEdit';
import {askInto} from '../state/ask';
import {useDeskState, type Desk} from '../state/deskStore';
import {isUnsaved, PROJECT_FILE, UNSAVED_ELSEWHERE} from '../state/drafts';
import {CodeText} from '../ui/CodeText';
import {DiffLines} from '../ui/DiffLines';
import {Callout} from '../ui/Section';

/** Problems that are named where a change leaves some. */
const PROBLEMS_NAMED = 3;
/** Lines around a change that are shown with it. */
const CONTEXT_LINES = 3;

/** A change to project.yaml as a diff, and how many problems it leaves. */
export function EditPreviewView({preview}: {readonly preview: EditPreview}) {
  const {before, after, problems} = preview;
  const problemsNow = useDeskState(
    // those that are found after the reading are not among those that a change would leave
    (state) => state.study?.reading.problems.filter((problem) => !isOfFiles(problem)).length ?? 0,
  );
  return (
    <>
      <TextChange name={PROJECT_FILE} before={before} after={after} />
      <Callout tone={problems.length === 0 ? 'ok' : 'plain'}>
        {problems.length === 0
          ? 'project.yaml will be valid.'
          : `The file will have ${formatPlural(problems.length, 'problem')}; it has ${formatCount(problemsNow)} now.`}
        {problems.slice(0, PROBLEMS_NAMED).map(({line, message}, index) => (
          <p key={index}>
            Line {formatCount(line)}: <CodeText text={message} />
          </p>
        ))}
        {problems.length > PROBLEMS_NAMED && (
          <p>and {formatCount(problems.length - PROBLEMS_NAMED)} more</p>
        )}
      </Callout>
    </>
  );
}

/** Two texts of a file as the lines that differ. */
export function TextChange(props: {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}) {
  const {name, before, after} = props;
  const diff = useMemo(
    () => createPatch(name, before, after, '', '', {context: CONTEXT_LINES}),
    [name, before, after],
  );
  return <DiffLines diff={diff} />;
}

/** Writes a change to project.yaml; true once it is done. A refusal becomes the window's error. */
export async function applyEdits(desk: Desk, preview: EditPreview): Promise<boolean> {
  if (isUnsaved(desk.store.getState())) {
    desk.store.setState({error: UNSAVED_ELSEWHERE});
    return false;
  }
  const {revision, edits} = preview;
  return askInto(desk, 'project:apply', {revision, edits}, (study) => ({study}));
}
