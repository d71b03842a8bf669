import {useState} from 'react';
import {isKeptOut, type StudyChange, type StudyChanges} from '../../shared/change';
import {formatCount, formatList, formatPlural} from '../../shared/format';
import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer, useFileChanges} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {leavingReading} from '../state/sides';
import {Button} from '../ui/Button';
import {AskDialog} from '../ui/Dialog';
import {Menu} from '../ui/Menu';
import {Callout, EmptyState} from '../ui/Section';
import {ViewHead} from '../ui/ViewHead';
import {CommitForm} from './CommitForm';
import {TextChange} from './EditPreview';
import {SwitchBranchDialog} from './SwitchBranchDialog';
import styles from './UncommittedView.module.css';

const WORDS: Readonly<Record<StudyChange['change'], string>> = {
  changed: 'Changed',
  deleted: 'Deleted',
  added: 'Added',
  untracked: 'New',
  conflicted: 'Conflict',
};
/** Actions that are named with a file. */
const ACTIONS_NAMED = 6;
/** Files that a sentence names, and those that are listed before the rest is asked for. */
const FILES_NAMED = 10;
const FILES_LISTED = 500;

/** What is not committed: each file with its lines and what it makes out of date; committing, discarding, other branches. */
export function UncommittedView() {
  const desk = useDesk();
  const [again, readAnew] = useFileChanges();
  const [answer] = useAnswer('changes:list', {}, again);
  const [said, setSaid] = useState<string | null>(null);
  const [branch, setBranch] = useState<string | null>(null);
  const done = (words: string | null) => {
    if (words !== null) setSaid(words);
    readAnew();
  };
  const changes = answer?.ok === true ? answer.value : null;
  const undo = async () => {
    const files = await ask(desk, 'changes:undoDiscard', {});
    done(files === undefined ? null : `Put back: ${formatList(files, FILES_NAMED)}`);
  };
  return (
    <article className={styles.view} aria-label="Changes">
      <ViewHead
        title="Changes"
        note={changes === null ? 'What is not committed' : noteOf(changes)}
        closeLabel="Close the changes"
        onClose={() => desk.store.setState(leavingReading)}
      >
        {changes !== null && (
          <span className={styles.acts}>
            {changes.discarded.length > 0 && (
              <Button tip={formatList(changes.discarded, FILES_NAMED)} onClick={() => void undo()}>
                Undo discard
              </Button>
            )}
            <Menu
              align="right"
              tip="Shows first what becomes out of date"
              items={changes.branches
                .filter((each) => each !== changes.branch)
                .map((each) => ({id: each, label: each, onChoose: () => setBranch(each)}))}
              disabled={changes.branches.every((each) => each === changes.branch)}
            >
              Switch branch…
            </Menu>
            <Button
              tip="What would go wrong on the server, looked for and tried"
              onClick={() => desk.store.setState({dialog: {kind: 'ready'}})}
            >
              Ready for the server?
            </Button>
          </span>
        )}
      </ViewHead>
      <div className={styles.body}>
        {said !== null && (
          <Callout tone="plain" live>
            {said}
          </Callout>
        )}
        <AnswerView answer={answer} waiting="Looking at the repository…">
          {(value) =>
            value === null ? (
              <EmptyState title="No git repository">
                The study’s folder is in none, so that nothing of it can be committed.
              </EmptyState>
            ) : value.files.length === 0 ? (
              <EmptyState title="Nothing to commit">
                All files are as the commit has them.
              </EmptyState>
            ) : (
              <ChangedFiles changes={value} onDone={done} />
            )
          }
        </AnswerView>
      </div>
      {branch !== null && (
        <SwitchBranchDialog branch={branch} onDone={done} onClose={() => setBranch(null)} />
      )}
    </article>
  );
}

function noteOf({branch, commit, files, underWay}: StudyChanges): string {
  const at = commit === null ? 'no commit yet' : `at ${commit.slice(0, 7)}`;
  const words = [`${branch ?? 'no branch'}, ${at}`, formatPlural(files.length, 'file')];
  return [...words, ...(underWay === null ? [] : [`${underWay} under way`])].join('; ');
}

/** The files, the lines of the one that is looked at, and what can be done with those that are ticked. */
function ChangedFiles(props: {
  readonly changes: StudyChanges;
  readonly onDone: (words: string | null) => void;
}) {
  const {changes, onDone} = props;
  const desk = useDesk();
  const {files, underWay} = changes;
  // against what is the rule: all are ticked but what no commit takes
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string | null>(null);
  const [discarding, setDiscarding] = useState(false);
  const [all, setAll] = useState(false);
  const isTicked = (file: StudyChange): boolean => turned.has(file.path) === isKeptOut(file);
  const ticked = files.filter(isTicked).map((file) => file.path);
  const path = files.find((file) => file.path === shown)?.path ?? files[0]?.path ?? null;
  const keptOut = new Set(files.filter(isKeptOut).map((file) => file.path));
  const tick = (paths: readonly string[], isOn: boolean) =>
    setTurned((before) => {
      const next = new Set(before);
      for (const each of paths)
        if (isOn === keptOut.has(each)) next.add(each);
        else next.delete(each);
      return next;
    });
  const discard = async () => {
    setDiscarding(false);
    const done = await ask(desk, 'changes:discard', {paths: ticked});
    onDone(
      done === undefined
        ? null
        : `Discarded: ${formatList(ticked, FILES_NAMED)}. It can be undone.`,
    );
  };
  return (
    <>
      {underWay !== null && (
        <Callout tone="stale">
          A {underWay} is under way. End it with git, or with the program that began it; nothing is
          committed or discarded here until then.
        </Callout>
      )}
      <ul className={styles.files} aria-label="Changed files">
        {(all ? files : files.slice(0, FILES_LISTED)).map((file) => (
          <li key={file.path} className={styles.file} aria-current={file.path === path}>
            <input
              type="checkbox"
              aria-label={`Take ${file.path}`}
              checked={isTicked(file)}
              onChange={(event) => tick([file.path], event.target.checked)}
            />
            <span className={styles.word} data-change={file.change}>
              {WORDS[file.change]}
            </span>
            <span className={styles.words}>
              <Button
                look="quiet"
                className={styles.name}
                aria-pressed={file.path === path}
                onClick={() => setShown(file.path)}
              >
                {file.path}
              </Button>
              <span className={styles.dim}>{actionWords(file)}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.row}>
        {!all && files.length > FILES_LISTED && (
          <Button onClick={() => setAll(true)}>List all {formatCount(files.length)}</Button>
        )}
        <Button
          onClick={() =>
            tick(
              files.map((file) => file.path),
              ticked.length === 0,
            )
          }
        >
          {ticked.length === 0 ? 'Tick all' : 'Tick none'}
        </Button>
        <Button
          disabled={ticked.length === 0 || underWay !== null}
          onClick={() => setDiscarding(true)}
        >
          Discard {formatPlural(ticked.length, 'file')}…
        </Button>
      </p>
      <CommitForm {...{changes, onDone}} ticked={ticked.filter((each) => !keptOut.has(each))} />
      {path !== null && <FileLines key={path} path={path} changes={changes} />}
      {discarding && (
        <AskDialog
          title={`Discard the changes of ${formatPlural(ticked.length, 'file')}?`}
          act="Discard"
          onAct={() => void discard()}
          onClose={() => setDiscarding(false)}
        >
          <p>
            {formatList(ticked, FILES_NAMED)}: as the commit has{' '}
            {ticked.length === 1 ? 'it' : 'them'} again; what is new goes. Copies are kept, and{' '}
            <strong>Undo discard</strong> puts them back.
          </p>
        </AskDialog>
      )}
    </>
  );
}

function actionWords(file: StudyChange): string {
  const {actions} = file;
  if (isKeptOut(file))
    return `${file.supplied ? 'Supplied, not made here' : 'A sensitive output'}: no commit takes it. Name its folder in .gitignore.`;
  if (actions === null) return 'Which actions use it is not known while project.yaml has errors.';
  if (actions.length === 0) return 'No action uses it.';
  const more = actions.length - ACTIONS_NAMED;
  return `Makes out of date, unless run since: ${actions.slice(0, ACTIONS_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function FileLines({path, changes}: {readonly path: string; readonly changes: StudyChanges}) {
  // asked anew with each look at the repository
  const [answer] = useAnswer('changes:text', {path}, changes);
  return (
    <section aria-label={`Changed lines of ${path}`}>
      <AnswerView answer={answer} waiting="Comparing…">
        {({before, after}) => <TextChange name={path} before={before ?? ''} after={after ?? ''} />}
      </AnswerView>
    </section>
  );
}
