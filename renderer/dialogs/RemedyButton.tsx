import {useState} from 'react';
import type {EngineRemedy} from '../../shared/engine';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import styles from './Engines.module.css';

/** The one thing that puts an engine's trouble right: starts it, gives its command, or opens its page. */
export function RemedyButton(props: {
  readonly remedy: EngineRemedy;
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
    case 'page':
      return (
        <a href={remedy.url} target="_blank" rel="noreferrer">
          {remedy.title}
        </a>
      );
  }
}
