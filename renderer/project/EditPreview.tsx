import {createPatch} from 'diff';
import {useMemo, useState, type ReactNode} from 'react';
import {appError} from '../../shared/errors';
import {formatCount, formatPlural} from '../../shared/format';
import {isOfFiles} from '../../shared/problem';
import type {EditPreview} from '../../shared/projectEdit';
import {askInto} from '../state/ask';
import {useDesk, useDeskState, type Desk} from '../state/deskStore';
import {isUnsaved, PROJECT_FILE, unsavedIn} from '../state/drafts';
import {CodeText} from '../ui/CodeText';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {DiffLines} from '../ui/DiffLines';
import {Callout} from '../ui/Section';

/** Problems that are named where a change leaves some. */
const PROBLEMS_NAMED = 3;
/** Lines around a change that are shown with it. */
const CONTEXT_LINES = 3;
/** Milliseconds that the comparison of two texts takes at most: tables can be long. */
const DIFF_MS = 1000;

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
    () => createPatch(name, before, after, '', '', {context: CONTEXT_LINES, timeout: DIFF_MS}),
    [name, before, after],
  );
  if (diff === undefined) return <p>Too many lines differ to be listed one by one.</p>;
  return <DiffLines diff={diff} />;
}

/** A change that is written from a dialog, which can be undone there; `close` ends the dialog. */
export function useWrittenChange(close: () => void) {
  const desk = useDesk();
  const [change, setChange] = useState<EditPreview | null>(null);
  return {
    /** What was written; null before. */
    change,
    onClose: close,
    write: async (preview: EditPreview | null): Promise<void> => {
      if (preview !== null && (await applyEdits(desk, preview))) setChange(preview);
    },
    onUndo: async (): Promise<void> => {
      if (change === null) return;
      const {revision = 0} = desk.store.getState().study ?? {};
      const edits = [{from: 0, to: change.after.length, insert: change.before}];
      // refused where project.yaml is another by now
      if (desk.store.getState().study?.text !== change.after)
        desk.store.setState({error: CHANGED_SINCE});
      else await applyEdits(desk, {...change, revision, edits});
      close();
    },
  };
}

const CHANGED_SINCE = appError('invalid-request', 'The change was not undone.', {
  why: 'project.yaml has changed since.',
});

/** What a dialog shows after its change was written: that it is done, and how it is undone. */
export function ChangeWritten(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly onUndo: () => Promise<void>;
  readonly onClose: () => void;
}) {
  const {title, children, onUndo, onClose} = props;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void onUndo()}>Undo</Button>
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

/** Writes a change to project.yaml; true once it is done. A refusal becomes the window's error. */
export async function applyEdits(desk: Desk, preview: EditPreview): Promise<boolean> {
  if (isUnsaved(desk.store.getState())) {
    desk.store.setState({error: unsavedIn(PROJECT_FILE)});
    return false;
  }
  const {revision, edits} = preview;
  return askInto(desk, 'project:apply', {revision, edits}, (study) => ({study}));
}
