import {useId, useState} from 'react';
import {ask} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {AskDialog} from '../../ui/Dialog';
import {Field} from '../../ui/Field';
import styles from './CodelistsView.module.css';

/** Makes a list of the study's own in local_codelists, of codes that are given or pasted, with where they come from. */
export function OwnListDialog(props: {
  readonly text: string;
  readonly origin: string;
  readonly onClose: () => void;
}) {
  const {onClose} = props;
  const desk = useDesk();
  const id = useId();
  const [name, setName] = useState('');
  const [text, setText] = useState(props.text);
  const [origin, setOrigin] = useState(props.origin);
  const make = async () => {
    const path = await ask(desk, 'codelists:make', {name, text, origin});
    if (path === undefined) return;
    onClose();
    desk.store.setState({centre: {kind: 'codelists', path}});
  };
  return (
    <AskDialog
      title="Make a list of your own"
      width="wide"
      onClose={onClose}
      act="Make"
      onAct={() => void make()}
      button={{disabled: [name, text, origin].some((each) => each.trim() === '')}}
    >
      <Field
        label="Name"
        hint="A file in local_codelists"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <label htmlFor={id}>Codes, one in a line, each with what it means if you have it</label>
      <textarea
        id={id}
        className={styles.pasted}
        rows={10}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Field
        label="Where they come from"
        hint="Noted in a file beside the list"
        value={origin}
        onChange={(event) => setOrigin(event.target.value)}
      />
    </AskDialog>
  );
}
