import {useEffect, useState, type ReactNode} from 'react';
import type {RequestArg} from '../../shared/contract/contract';
import type {AppError} from '../../shared/errors';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {openStudy} from '../state/openStudy';
import {AskDialog, Dialog} from '../ui/Dialog';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Field} from '../ui/Field';
import {Callout} from '../ui/Section';
import styles from '../ui/Field.module.css';

/** What the window begins, and how far that is. */
function useBeginning() {
  const {host} = useDesk();
  const [progress, setProgress] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(
    // the last of it may come after the answer
    () => host.on('begin:progress', (words) => setProgress((now) => (now === null ? null : words))),
    [host],
  );
  const begin = async <N extends 'app:begin' | 'app:follow'>(name: N, arg: RequestArg<N>) => {
    setError(null);
    setProgress('');
    const begun = await host.request(name, arg);
    setProgress(null);
    if (begun.ok) return begun.value;
    setError(begun.error);
    return undefined;
  };
  return {progress, error, begin};
}

/** Asks for what is to be begun; leaving stops what was begun first. */
function BeginForm(props: {
  readonly title: string;
  readonly act: string;
  readonly isReady: boolean;
  readonly progress: string | null;
  readonly error: AppError | null;
  readonly onBegin: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const {progress, isReady, onBegin, onClose} = props;
  const desk = useDesk();
  const busy = progress !== null;
  const begin = () => {
    if (isReady && !busy) void onBegin();
  };
  const leave = () => {
    if (busy) void ask(desk, 'app:stopBegin', {});
    else onClose();
  };
  return (
    <AskDialog
      title={props.title}
      act={busy ? 'Working…' : props.act}
      cancel={busy ? 'Stop' : 'Cancel'}
      button={{disabled: !isReady || busy}}
      onAct={begin}
      onClose={leave}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        {props.children}
        {progress !== null && (
          <Callout tone="plain" live>
            {progress === '' ? 'Working…' : progress}
          </Callout>
        )}
        <ErrorCallout error={props.error} />
      </form>
    </AskDialog>
  );
}

/** Begins a study in a folder that is asked for: from the template, or what is at an address or in a folder, or as a clone. */
function BeginDialog(props: {readonly way: 'new' | 'clone'; readonly onClose: () => void}) {
  const {way, onClose} = props;
  const desk = useDesk();
  const isClone = way === 'clone';
  const [from, setFrom] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [parent, setParent] = useState('');
  const [token, setToken] = useState('');
  const {begin, ...state} = useBeginning();

  const [forgotten, setForgotten] = useState(0);
  const [answer] = useAnswer('app:gitToken', {from: from.trim(), forget: false}, forgotten);
  const kept = answer?.ok === true ? answer.value : null;
  const forget = async () => {
    await ask(desk, 'app:gitToken', {from: from.trim(), forget: true});
    setForgotten(forgotten + 1);
  };

  const called = (name ?? /([^/\\:]+?)(?:\.git)?[/\\]*$/.exec(from.trim())?.[1] ?? '').trim();
  const isReady = called !== '' && parent.trim() !== '' && (!isClone || from.trim() !== '');
  const choose = async () => {
    const dir = await ask(desk, 'app:chooseFolder', {for: 'begin'});
    if (dir !== undefined && dir !== null) setParent(dir);
  };
  const beginStudy = async () => {
    const begun = await begin('app:begin', {
      way,
      dir: `${parent.trim().replace(/[/\\]+$/, '')}/${called}`,
      from: from.trim() === '' ? null : from.trim(),
      token: token.trim() === '' ? null : token.trim(),
    });
    if (begun === undefined) return;
    onClose();
    await openStudy(desk, begun.dir);
    const {notices} = begun;
    if (!isClone || notices.length > 0)
      desk.store.setState({dialog: {kind: 'begun', isNew: !isClone, notices}});
  };
  return (
    <BeginForm
      title={isClone ? 'Clone a study' : 'New study'}
      act={isClone ? 'Clone' : 'Begin'}
      {...{isReady, onClose, ...state}}
      onBegin={beginStudy}
    >
      <Field
        data-autofocus={isClone}
        label={isClone ? 'Address' : 'From, if not the template'}
        placeholder="https://github.com/opensafely/…"
        hint={
          isClone
            ? 'Without a name, password or token in it'
            : 'A folder or an address: its files are taken, its history and outputs are not'
        }
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
      <Field
        data-autofocus={!isClone}
        label="Name"
        value={name ?? called}
        hint="Of the new folder"
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="In the folder"
        value={parent}
        onChange={(event) => setParent(event.target.value)}
        after={<Button onClick={() => void choose()}>Choose…</Button>}
      />
      <Field
        label="Token, where it is private"
        type="password"
        autoComplete="off"
        value={token}
        hint={
          kept === null
            ? 'Kept by the system’s keychain, or until Study Desk closes where there is none. Without one, git’s own credential helper is asked.'
            : `One for this host is kept ${kept === 'keychain' ? 'by the system’s keychain' : 'until Study Desk closes'}, and is used if this is empty.`
        }
        onChange={(event) => setToken(event.target.value)}
        after={kept !== null && <Button onClick={() => void forget()}>Forget it</Button>}
      />
    </BeginForm>
  );
}

/** Begins a study of one's own. */
export function NewStudyDialog({onClose}: {readonly onClose: () => void}) {
  return <BeginDialog way="new" onClose={onClose} />;
}

/** Begins with a clone of a study that lies elsewhere. */
export function CloneStudyDialog({onClose}: {readonly onClose: () => void}) {
  return <BeginDialog way="clone" onClose={onClose} />;
}

/** Opens the study of an exported folder, here or on another computer, to follow its run. */
export function FollowDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const [from, setFrom] = useState('');
  const {begin, ...state} = useBeginning();
  const isReady = from.trim() !== '';
  const follow = async () => {
    const dir = await begin('app:follow', {from: from.trim()});
    if (dir === undefined) return;
    onClose();
    await openStudy(desk, dir);
  };
  return (
    <BeginForm
      title="Follow a run elsewhere"
      act="Follow"
      {...{isReady, onClose, ...state}}
      onBegin={follow}
    >
      <Field
        data-autofocus
        label="Exported folder"
        placeholder="user@host:folder"
        hint="On another computer it is reached by your own ssh, which must need no password. Outputs are copied from there, and nothing is installed there."
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
    </BeginForm>
  );
}

/** What is to be known of a study that was begun, and for one of one's own the way to its first action. */
export function BegunDialog(props: {
  readonly isNew: boolean;
  readonly notices: readonly string[];
  readonly onClose: () => void;
}) {
  const {isNew, notices, onClose} = props;
  const {store} = useDesk();
  const said = notices.map((notice) => (
    <p key={notice}>
      <CodeText text={notice} />
    </p>
  ));
  if (!isNew)
    return (
      <Dialog
        title="The study was cloned"
        onClose={onClose}
        footer={<Button onClick={onClose}>Close</Button>}
      >
        {said}
      </Dialog>
    );
  return (
    <AskDialog
      title="The study was begun"
      act="Add the first action…"
      cancel="Look around first"
      onAct={() => store.setState({dialog: {kind: 'add-action'}})}
      onClose={onClose}
    >
      <p>
        It has a git repository and a first commit. The form adds an action to project.yaml.{' '}
        <Button look="link" onClick={() => store.setState({dialog: null, tour: 0})}>
          Take the tour
        </Button>{' '}
        to see what is where.
      </p>
      {said}
    </AskDialog>
  );
}
