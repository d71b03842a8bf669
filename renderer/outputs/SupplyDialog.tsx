import {useState} from 'react';
import {formatBytes, formatPlural} from '../../shared/format';
import {visibleText} from '../../shared/visibleText';
import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {loadOutputs} from '../state/openStudy';
import {Button} from '../ui/Button';
import {AskDialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import form from '../ui/Field.module.css';
import styles from './ClearOutputsDialog.module.css';

/** Takes in files that came back from the server as an action's outputs, shown before anything is taken. */
export function SupplyDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const [folder, setFolder] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [on, setOn] = useState(() => new Date().toISOString().slice(0, 10));
  const [busy, setBusy] = useState(false);
  const [found] = useAnswer('provenance:previewSupply', folder === null ? null : {action, folder});
  const source = (from ?? folder?.split(/[/\\]/).at(-1) ?? '').trim();
  const count = found?.ok === true ? found.value.files.length : 0;

  const choose = async () => {
    const dir = await ask(desk, 'app:chooseFolder', {for: 'supply'});
    if (dir !== undefined && dir !== null) setFolder(dir);
  };
  const take = async () => {
    if (folder === null) return;
    setBusy(true);
    const taken = await ask(desk, 'provenance:supply', {action, folder, from: source, on});
    setBusy(false);
    if (taken === undefined) return;
    onClose();
    await loadOutputs(desk);
  };

  return (
    <AskDialog
      title={`Take in released outputs of ${action}`}
      act={count === 0 ? 'Take in' : `Take in ${formatPlural(count, 'file')}`}
      button={{disabled: busy || count === 0 || source === '' || on === ''}}
      onAct={() => void take()}
      onClose={onClose}
    >
      <p className={styles.intro}>
        Files that came back from the server become its outputs, so that later actions run on them.
        It is then <strong>supplied</strong>, not up to date, and no commit takes the files.
      </p>
      <div className={form.form}>
        <Field
          label="Folder with the files"
          readOnly
          value={folder ?? ''}
          after={
            <Button data-autofocus onClick={() => void choose()}>
              Choose…
            </Button>
          }
        />
        <Field
          label="Where they are from"
          value={from ?? source}
          hint="Such as the name of the release; shown with the action and in History"
          onChange={(event) => setFrom(event.target.value)}
        />
        <Field
          label="Released on"
          type="date"
          value={on}
          onChange={(event) => setOn(event.target.value)}
        />
        {folder !== null && (
          <AnswerView answer={found} waiting="Looking for its outputs…">
            {({files, missing}) => (
              <>
                <ul className={styles.files} aria-label="Files to take in">
                  {files.map(({path, size, replaces}) => (
                    <li key={path}>
                      <span className={styles.file}>
                        <span className={styles.path}>{visibleText(path)}</span>
                        <span className={styles.detail}>
                          {replaces ? 'replaces a file; a copy is kept' : 'new'}
                        </span>
                        <span className={styles.detail}>{formatBytes(size)}</span>
                      </span>
                    </li>
                  ))}
                </ul>
                {missing.length > 0 && <p>No file there fits {missing.join(', ')}.</p>}
              </>
            )}
          </AnswerView>
        )}
      </div>
    </AskDialog>
  );
}
