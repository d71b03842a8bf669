import {FileCode2} from 'lucide-react';
import {edgeOf, type DefinitionError} from '../../../shared/dataset';
import {visibleText} from '../../../shared/visibleText';
import {useDesk} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import styles from './Dataset.module.css';

/** ehrQL's own message, and the way to its line. */
export function DefinitionErrorLine(props: {
  readonly error: DefinitionError;
  readonly file: string;
  /** Explains it, where nothing beside it does. */
  readonly explained?: boolean;
}) {
  const desk = useDesk();
  const {message, line} = props.error;
  const edge = props.explained === true ? edgeOf(props.error) : null;
  const path = props.error.file ?? props.file;
  return (
    <div className={styles.error}>
      <p className={styles.message}>{visibleText(message)}</p>
      {edge !== null && <p>{edge}</p>}
      <Button look="link" icon={<FileCode2 />} onClick={() => void openPath(desk, path, line)}>
        {line === null ? path : `${path}, line ${line}`}
      </Button>
    </div>
  );
}
