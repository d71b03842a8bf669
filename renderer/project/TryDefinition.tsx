import {FlaskConical} from 'lucide-react';
import {useMemo} from 'react';
import {formatPlural} from '../../shared/format';
import {isDefinition, onSaveChoice, shownIn, tryNow} from '../state/definitions';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {isUnsaved} from '../state/drafts';
import {Button} from '../ui/Button';
import type {ShownMark} from './shownMarks';
import styles from './CodeFileView.module.css';

/** Tries the definition that is edited, now or on each save; nothing beside another file. */
export function TryButtons({path, text}: {readonly path: string; readonly text: string}) {
  const desk = useDesk();
  const offered = useDeskState((state) => isDefinition(state, path, text));
  const unsaved = useDeskState((state) => isUnsaved(state, path));
  const [onSave, setOnSave] = useChoice(onSaveChoice(path), 'off');
  if (!offered) return null;
  return (
    <>
      <label
        className={styles.onSave}
        data-tip={`Tries ${path} each time it is saved, here or in another editor`}
      >
        <input
          type="checkbox"
          checked={onSave === 'on'}
          onChange={({target}) => setOnSave(target.checked ? 'on' : 'off')}
        />
        Try on save
      </label>
      <Button
        icon={<FlaskConical />}
        tip="Runs it with ehrQL on dummy data, and shows the tables that it asks for with show(). Changes nothing."
        onClick={() => void tryNow(desk, path)}
      >
        {unsaved ? 'Save and try' : 'Try'}
      </Button>
    </>
  );
}

/** How many rows the lines of a file showed when it was tried last. */
export function useTriedMarks(path: string): readonly ShownMark[] {
  const shown = useDeskState((state) => shownIn(state, path));
  const old = useDeskState((state) => state.tried.get(path)?.running === true);
  return useMemo(
    () =>
      shown.map(({line, rows, cut}) => ({
        line,
        words: `${formatPlural(rows.length, 'row')}${cut ? '…' : ''}`,
        old,
      })),
    [shown, old],
  );
}
