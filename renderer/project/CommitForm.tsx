import {useId, useState} from 'react';
import type {StudyChanges} from '../../shared/change';
import {formatPlural} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Field} from '../ui/Field';
import styles from './UncommittedView.module.css';

/** Commits what is ticked; who commits is asked for where git does not know. */
export function CommitForm(props: {
  readonly changes: StudyChanges;
  readonly ticked: readonly string[];
  readonly onDone: (words: string | null) => void;
}) {
  const {changes, ticked, onDone} = props;
  const {committer, program, branch, underWay} = changes;
  const desk = useDesk();
  const id = useId();
  const [message, setMessage] = useState('');
  const [name, setName] = useState('');
  const [mail, setMail] = useState('');
  const [busy, setBusy] = useState(false);
  const isKnown = committer !== null;
  const isReady =
    message.trim() !== '' &&
    ticked.length > 0 &&
    underWay === null &&
    (isKnown || (name.trim() !== '' && /^\S+@\S+$/.test(mail.trim())));
  const commit = async () => {
    setBusy(true);
    const made = await ask(desk, 'changes:commit', {
      paths: ticked,
      message,
      committer: isKnown ? null : {name: name.trim(), mail: mail.trim()},
    });
    setBusy(false);
    if (made !== undefined) setMessage('');
    onDone(made === undefined ? null : `Committed as ${made.slice(0, 7)}. Nothing was pushed.`);
  };
  return (
    <form
      className={styles.form}
      aria-label="Commit"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !busy) void commit();
      }}
    >
      <label htmlFor={id}>Message</label>
      <textarea
        id={id}
        className={styles.message}
        rows={3}
        placeholder="What was changed, and why"
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      {!isKnown && (
        <div className={styles.who}>
          <Field
            label="Your name"
            value={name}
            hint="Kept in your git’s own settings, for all repositories"
            onChange={(event) => setName(event.target.value)}
          />
          <Field
            label="Your mail address"
            type="email"
            value={mail}
            hint="Whoever reads the repository sees both"
            onChange={(event) => setMail(event.target.value)}
          />
        </div>
      )}
      <p className={styles.row}>
        <Button type="submit" look="primary" disabled={!isReady || busy || program === null}>
          {busy ? 'Committing…' : `Commit ${formatPlural(ticked.length, 'file')}`}
        </Button>
        <span className={styles.dim}>
          {program === null
            ? 'There is no git on this computer, which commits.'
            : `On ${branch ?? 'no branch'}, ${isKnown ? `as ${committer.name} <${committer.mail}>, ` : ''}by your git ${program} with its hooks.`}
        </span>
      </p>
    </form>
  );
}
