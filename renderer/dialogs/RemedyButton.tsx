import {useState} from 'react';
import type {DoctorRemedy} from '../../shared/doctor';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import styles from './Engines.module.css';

/** The colour of each result of a check. */
export const RESULT_TONES = {
  ok: 'ok',
  warning: 'stale',
  wrong: 'fail',
  'not-checked': 'plain',
} as const;

const DIALOGS = {
  engines: 'Container engines…',
  images: 'Images…',
  'clean-up': 'Clean up…',
  settings: 'Settings…',
} as const;

/** The one thing that puts a trouble right: starts an engine, gives its command, opens its page or a dialog. */
export function RemedyButton(props: {
  readonly remedy: Exclude<DoctorRemedy, {readonly kind: 'ask-registry' | 'repair'}>;
  /** Something was done: the engine is worth another look. */
  readonly onDone: () => void;
}) {
  const {remedy, onDone} = props;
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const [copied, setCopied] = useState(false);
  switch (remedy.kind) {
    case 'start':
      return (
        <Button
          look="primary"
          disabled={busy}
          onClick={() => {
            setBusy(true);
            void ask(desk, 'engines:start', {engine: remedy.engine}).finally(() => {
              setBusy(false);
              onDone();
            });
          }}
        >
          {busy ? `Starting ${remedy.title}…` : `Start ${remedy.title}`}
        </Button>
      );
    case 'command':
      return (
        <span className={styles.command}>
          <code>{remedy.command}</code>
          <Button
            tip="Paste it into a terminal; it may ask for your password"
            onClick={() => {
              void navigator.clipboard.writeText(remedy.command).then(() => setCopied(true));
            }}
            onBlur={() => setCopied(false)}
          >
            {copied ? 'Copied' : 'Copy the command'}
          </Button>
        </span>
      );
    case 'dialog':
      return (
        <Button onClick={() => desk.store.setState({dialog: {kind: remedy.dialog}})}>
          {DIALOGS[remedy.dialog]}
        </Button>
      );
    case 'page':
      return (
        <a href={remedy.url} target="_blank" rel="noreferrer">
          {remedy.title}
        </a>
      );
  }
}
