import {useEffect, useState} from 'react';
import {meantWords, type FailurePlace, type MeantNames} from '../../shared/failure';
import {formatCount, formatPlural} from '../../shared/format';
import {TextChange} from '../project/EditPreview';
import {useDesk, useDeskState} from '../state/deskStore';
import {drafting, readCode, textOnDisk} from '../state/drafts';
import {openPath} from '../state/openPath';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {AskDialog} from '../ui/Dialog';
import {replaceName} from './replaceName';
import styles from './CauseCard.module.css';

/** Names shown before the rest is asked for. */
const FEW = 6;

/** The names that there are, nearest first; pressing one shows what the script would be with it. */
export function Meant(props: {readonly meant: MeantNames; readonly place: FailurePlace | null}) {
  const {meant, place} = props;
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = all ? meant.names : meant.names.slice(0, FEW);
  const more = meant.names.length - shown.length;
  return (
    <div className={styles.meant}>
      <p>
        <CodeText text={meantWords(meant)} />
        {place !== null && ', to put into the script'}:
      </p>
      <p className={styles.names}>
        {shown.map((name) =>
          place === null ? (
            <code key={name}>{name}</code>
          ) : (
            <Button key={name} look="link" onClick={() => setChosen(name)}>
              <code>{name}</code>
            </Button>
          ),
        )}
        {more > 0 && (
          <Button look="link" onClick={() => setAll(true)}>
            {formatCount(more)} more
          </Button>
        )}
      </p>
      {chosen !== null && place !== null && (
        <MeantDialog meant={meant} place={place} name={chosen} onClose={() => setChosen(null)} />
      )}
    </div>
  );
}

function MeantDialog(props: {
  readonly meant: MeantNames;
  readonly place: FailurePlace;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const {meant, place, name, onClose} = props;
  const {path, line} = place;
  const desk = useDesk();
  useEffect(() => void readCode(desk, path), [desk, path]);
  const before = useDeskState((state) => state.drafts.get(path)?.text ?? textOnDisk(state, path));
  const readOnly = useDeskState(({codeFiles}) => {
    const read = codeFiles.get(path);
    return read === undefined || !read.ok ? null : read.value.readOnly;
  });
  if (before === null) return null;
  const {text, places} = replaceName(before, path, meant, name);
  return (
    <AskDialog
      title={`${name} instead of ${meant.name}`}
      width="wide"
      onClose={onClose}
      act="Put into the script"
      onAct={() => {
        desk.store.setState((state) => ({dialog: null, ...drafting(state, path, {text})}));
        void openPath(desk, path, line);
        onClose();
      }}
      button={{disabled: places === 0 || readOnly !== null}}
    >
      <p>
        {places === 0
          ? `${path} does not have ${meant.name} as a whole word: change it by hand.`
          : `Changes ${formatPlural(places, 'place')} in ${path}. It can be undone there, and is not saved until you save it.`}
      </p>
      {readOnly !== null && <p>{readOnly}</p>}
      {places > 0 && <TextChange name={path} before={before} after={text} />}
    </AskDialog>
  );
}
