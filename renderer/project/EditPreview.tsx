import {createPatch} from 'diff';
import {useMemo} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {isOfNeeds} from '../../shared/problem';
import type {EditPreview} from '../../shared/projectEdit';
import {ask} from '../state/ask';
import {useDeskState, type Desk} from '../state/deskStore';
import {DiffLines} from '../ui/DiffLines';
import {Callout} from '../ui/Section';

/** Lines around a change that are shown with it. */
const CONTEXT_LINES = 3;

/** A change to project.yaml as a diff, and how many problems it leaves. */
export function EditPreviewView({preview}: {readonly preview: EditPreview}) {
  const {before, after, problemsAfter} = preview;
  const problemsNow = useDeskState(
    // those that are found after the reading are not among those that a change would leave
    (state) => state.study?.reading.problems.filter((problem) => !isOfNeeds(problem)).length ?? 0,
  );
  const diff = useMemo(
    () => createPatch('project.yaml', before, after, '', '', {context: CONTEXT_LINES}),
    [before, after],
  );
  return (
    <>
      <DiffLines diff={diff} />
      <Callout tone={problemsAfter === 0 ? 'ok' : 'plain'}>
        {problemsAfter === 0
          ? 'The file will have no problems.'
          : `The file will have ${formatPlural(problemsAfter, 'problem')}; it has ${formatCount(problemsNow)} now.`}
      </Callout>
    </>
  );
}

/** Writes a change to project.yaml; true once it is done. A refusal becomes the window's error. */
export async function applyEdits(desk: Desk, preview: EditPreview): Promise<boolean> {
  const {revision, edits} = preview;
  const study = await ask(desk, 'project:apply', {revision, edits});
  if (study === undefined) return false;
  desk.store.setState({study});
  return true;
}
