import {useState} from 'react';
import {plainPath, tablesFolder, type MadeTables} from '../../../shared/dataset';
import type {AppError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import type {EditPreview} from '../../../shared/projectEdit';
import {visibleText} from '../../../shared/visibleText';
import {ErrorCallout} from '../../errors/ErrorWords';
import {ChangeWritten, EditPreviewView, useWrittenChange} from '../../project/EditPreview';
import {definitionOf, placeTables} from '../../state/definitions';
import {useDesk} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {Button} from '../../ui/Button';
import {Dialog} from '../../ui/Dialog';
import {Field} from '../../ui/Field';
import {Progress} from '../../ui/Section';
import styles from './Dataset.module.css';

/** What the dialog shows, one after the other. */
type Step =
  | {readonly kind: 'folder'}
  | {readonly kind: 'making'}
  | {readonly kind: 'made'; readonly made: MadeTables}
  /** They are in the folder; `change` is offered where the run line names another, or none. */
  | {readonly kind: 'placed'; readonly made: MadeTables; readonly change: EditPreview | null};

/** Has ehrQL make dummy tables: asks for the folder, shows what is replaced, then offers the run line that uses them. */
export function MakeTablesDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const run = definitionOf(desk.store.getState(), action);
  const named = run === undefined ? null : tablesFolder(run);
  const [folder, setFolder] = useState(named ?? 'dummy_tables');
  const [step, setStep] = useState<Step>({kind: 'folder'});
  const [error, setError] = useState<AppError | null>(null);
  const written = useWrittenChange(onClose);

  const make = async (): Promise<void> => {
    setStep({kind: 'making'});
    setError(null);
    const answer = await desk.host.request('datasets:makeTables', {of: action, folder});
    if (answer.ok) return setStep({kind: 'made', made: answer.value});
    setStep({kind: 'folder'});
    setError(answer.error.kind === 'cancelled' ? null : answer.error);
  };
  const stop = () => void desk.host.request('datasets:stop', {what: 'make', of: action});
  const place = async (made: MadeTables): Promise<void> => {
    const refused = await placeTables(desk, action, made);
    setError(refused);
    if (refused !== null) return;
    if (named === made.folder) return setStep({kind: 'placed', made, change: null});
    const change = await desk.host.request('project:previewOption', {
      ...{revision: desk.store.getState().study?.revision ?? 0, action},
      ...{option: '--dummy-tables' as const, value: made.folder},
    });
    setError(change.ok ? null : change.error);
    setStep({kind: 'placed', made, change: change.ok ? change.value : null});
  };
  const close = () => {
    if (step.kind === 'making') stop();
    onClose();
  };
  const open = (made: MadeTables) => {
    const [first] = made.tables;
    onClose();
    if (first !== undefined) void openPath(desk, first.path, null);
  };

  if (written.change !== null)
    return (
      <ChangeWritten title={`${action} reads ${folderWords(folder)}`} {...written}>
        <p>The next run, and the next try, take their data from these tables.</p>
      </ChangeWritten>
    );
  return (
    <Dialog
      title={step.kind === 'placed' ? 'Dummy tables made' : 'Make dummy tables'}
      width={step.kind === 'placed' && step.change !== null ? 'wide' : 'narrow'}
      onClose={close}
      footer={
        step.kind === 'folder' ? (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" disabled={folder.trim() === ''} onClick={() => void make()}>
              Make tables…
            </Button>
          </>
        ) : step.kind === 'making' ? (
          <Button onClick={stop}>Stop</Button>
        ) : step.kind === 'made' ? (
          <>
            <Button onClick={() => setStep({kind: 'folder'})}>Back</Button>
            <Button look="primary" onClick={() => void place(step.made)}>
              {placeWords(step.made)}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => open(step.made)}>Open the first table</Button>
            {step.change === null ? (
              <Button look="primary" onClick={onClose}>
                Close
              </Button>
            ) : (
              <>
                <Button onClick={onClose}>Leave the run line</Button>
                <Button look="primary" onClick={() => void written.write(step.change)}>
                  Write to project.yaml
                </Button>
              </>
            )}
          </>
        )
      }
    >
      <div className={styles.preview}>
        <ErrorCallout error={error} />
        {step.kind === 'folder' && (
          <FolderField folder={folder} onChange={setFolder} onEnter={make} />
        )}
        {step.kind === 'making' && (
          <>
            <p role="status">ehrQL makes dummy tables of {plainPath(run?.file ?? action)}…</p>
            <Progress label="Making dummy tables" done={0} total={null} />
          </>
        )}
        {step.kind === 'made' && <Made made={step.made} />}
        {step.kind === 'placed' && (
          <>
            <p role="status">
              {formatPlural(step.made.tables.length, 'table')} in {folderWords(step.made.folder)}.
              {step.change !== null && ` The run line of ${action} does not name them yet:`}
            </p>
            {step.change !== null && <EditPreviewView preview={step.change} />}
          </>
        )}
      </div>
    </Dialog>
  );
}

function FolderField(props: {
  readonly folder: string;
  readonly onChange: (folder: string) => void;
  readonly onEnter: () => Promise<void>;
}) {
  return (
    <Field
      data-autofocus
      label="Folder"
      value={props.folder}
      hint="In the study. ehrQL makes a table for each that the definition reads; nothing is written before you have seen what is replaced."
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && props.folder.trim() !== '') void props.onEnter();
      }}
    />
  );
}

function folderWords(folder: string): string {
  return `${folder.replace(/\/+$/, '')}/`;
}

function placeWords({tables}: MadeTables): string {
  const replaced = tables.filter(({replaces}) => replaces === 'other').length;
  return replaced === 0
    ? `Write ${formatPlural(tables.length, 'table')}`
    : `Write, and replace ${formatPlural(replaced, 'table')}`;
}

/** The tables that were made, each with what it would replace. */
function Made({made}: {readonly made: MadeTables}) {
  return (
    <>
      <ul className={styles.part} aria-label="Tables made">
        {made.tables.map(({path, rows, columns, replaces, was}) => (
          <li key={path}>
            <strong>{visibleText(path)}</strong>{' '}
            <span className={styles.dim}>{extent(rows, columns)}</span>
            {replaces === 'same' && <p className={styles.dim}>Is there already, the same.</p>}
            {replaces === 'other' && (
              <p className={styles.stale}>
                Replaces {was === null ? 'a file that is no table' : extent(was.rows, was.columns)}
                {was !== null && columnWords(was.columns, columns)}
              </p>
            )}
          </li>
        ))}
      </ul>
      {made.others.length > 0 && (
        <p className={styles.stale}>
          ehrQL reads these in the folder too, and they stay: {made.others.join(', ')}
        </p>
      )}
    </>
  );
}

function extent(rows: number, columns: readonly string[]): string {
  return `${formatPlural(rows, 'row')}, ${formatPlural(columns.length, 'column')}`;
}

function columnWords(before: readonly string[], after: readonly string[]): string {
  const gone = before.filter((name) => !after.includes(name));
  const added = after.filter((name) => !before.includes(name));
  return [
    ...(gone.length === 0 ? [] : [`; no longer has ${gone.join(', ')}`]),
    ...(added.length === 0 ? [] : [`; now has ${added.join(', ')}`]),
  ].join('');
}
