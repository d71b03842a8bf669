import {SquarePen, X} from 'lucide-react';
import type {ReactNode} from 'react';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {closingFile} from '../state/projectDraft';
import {Button} from '../ui/Button';
import {PathName} from '../ui/ShortNames';
import styles from './ProjectFileView.module.css';

/** The bar over a file of the study: its name, what it is shown as, what can be done with it, and the way out. */
export function FileBar(props: {
  readonly path: string;
  readonly note: ReactNode;
  /** The line (from 1) that another editor is opened at. */
  readonly lineNow: () => number | null;
  readonly children?: ReactNode;
}) {
  const {path, note, lineNow, children} = props;
  const desk = useDesk();
  return (
    <header className={styles.bar}>
      <h2 className={styles.title} data-tip={path}>
        <PathName path={path} />
      </h2>
      <span className={styles.note} role="status">
        {note}
      </span>
      {children}
      <Button
        icon={<SquarePen aria-hidden="true" />}
        onClick={() => void ask(desk, 'project:open-in-editor', {path, line: lineNow()})}
      >
        Open in the editor
      </Button>
      <Button
        look="quiet"
        icon={<X aria-hidden="true" />}
        aria-label="Close the file"
        keys="Esc"
        onClick={() => desk.store.setState(closingFile)}
      />
    </header>
  );
}
