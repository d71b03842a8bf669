import {CircleAlert, FlaskConical, Sparkles} from 'lucide-react';
import type {AppErrorKind} from '../../shared/errors';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import type {DialogView} from '../state/viewState';
import {Button} from '../ui/Button';
import {Notice} from '../ui/Notice';
import {ErrorWords} from './ErrorWords';
import styles from './Errors.module.css';

/** What puts right an error of that kind, where that is a dialog. */
const WAYS_OUT: Partial<Record<AppErrorKind, readonly [words: string, dialog: DialogView]>> = {
  'no-engine': ['Container engines…', {kind: 'engines'}],
  'image-missing': ['Images…', {kind: 'images'}],
};

/** The window's last error, above everything and moving nothing: what happened, why, what to do, and the way to report it. */
export function ErrorBanner() {
  const desk = useDesk();
  const error = useDeskState((state) => state.error);
  if (error === null) return null;
  const {path} = error;
  const [words, dialog] = WAYS_OUT[error.kind] ?? [];
  return (
    <div role="alert" className={styles.error} data-tone="fail">
      <CircleAlert size={16} />
      <ErrorWords error={error} />
      {error.takeOver === true && (
        <Button
          tip="Follows the jobs of the other Study Desk here. If it is still running, both may write outputs for a moment"
          onClick={() => {
            desk.store.setState({error: null});
            void ask(desk, 'runs:takeOver', {});
          }}
        >
          Take over the study
        </Button>
      )}
      {dialog !== undefined && (
        <Button onClick={() => desk.store.setState({error: null, dialog})}>{words}</Button>
      )}
      {path !== undefined && (
        <Button
          tip={path}
          onClick={() => void navigator.clipboard.writeText(path).catch(() => undefined)}
        >
          Copy path
        </Button>
      )}
      <Button
        tip="Copies what happened, without your name, paths outside the study, or data"
        onClick={() => void ask(desk, 'app:copyReport', {error})}
      >
        Copy report
      </Button>
      <Button look="quiet" keys="Esc" onClick={() => desk.store.setState({error: null})}>
        Dismiss
      </Button>
    </div>
  );
}

/** Says once after an update that there was one, and leads to what came with it. */
export function UpdatedBanner() {
  const {store} = useDesk();
  const updated = useDeskState((state) => state.app !== null && state.app.updatedFrom !== null);
  if (!updated) return null;
  const dismiss = () =>
    store.setState(({app}) => (app === null ? {} : {app: {...app, updatedFrom: null}}));
  return (
    <Notice
      role="note"
      tone="accent"
      small
      icon={<Sparkles size={14} />}
      actions={
        <>
          <Button
            look="link"
            onClick={() => {
              dismiss();
              store.setState({dialog: {kind: 'news'}});
            }}
          >
            What is new
          </Button>
          <Button look="quiet" onClick={dismiss}>
            Dismiss
          </Button>
        </>
      }
    >
      Study Desk was updated.
    </Notice>
  );
}

/** Says so when the window runs on the Electron copy for development and trying out. */
export function RuntimeBanner() {
  const version = useDeskState((state) =>
    state.app?.developmentElectron === true ? state.app.electronVersion : null,
  );
  if (version === null) return null;
  return (
    <Notice role="note" tone="stale" small icon={<FlaskConical size={14} />}>
      This window runs on a development copy of Electron {version}, for development and trying the
      sample. Use an installed Study Desk for real work.
    </Notice>
  );
}
