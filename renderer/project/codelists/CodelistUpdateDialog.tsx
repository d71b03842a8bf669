import type {CodelistCode, CodelistPreview} from '../../../shared/codelist';
import {formatCount, formatPlural} from '../../../shared/format';
import {AnswerView} from '../../errors/ErrorWords';
import {ask, useAnswer} from '../../state/ask';
import {useDesk, useDeskState} from '../../state/deskStore';
import {rerunWords} from '../../state/runWords';
import {AskDialog} from '../../ui/Dialog';
import {Callout} from '../../ui/Section';
import styles from './CodelistsView.module.css';

/** What an update is asked for: lists by their ids, all for null, one to be added by its address, or another version of one. */
export interface Asked {
  readonly only: readonly string[] | null;
  readonly add: string | null;
  readonly version: {readonly from: string; readonly to: string} | null;
}

/** An update of all lists. */
export const UPDATE_ALL: Asked = {only: null, add: null, version: null};

/** Codes shown on each side of one list. */
const CODES_SHOWN = 200;

/** Shows what an update would change, code by code, before it is written. */
export function CodelistUpdateDialog(props: {
  readonly asked: Asked;
  /** Called with what was done, in words. */
  readonly onDone: (words: string) => void;
  readonly onClose: () => void;
}) {
  const {asked, onDone, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('codelists:preview', asked);
  const write = async () => {
    if (answer?.ok === true) {
      const done = await ask(desk, 'codelists:update', {id: answer.value.id});
      const changed = done?.lists.filter(({change}) => change !== null) ?? [];
      if (done !== undefined)
        onDone(
          changed.length === 0
            ? 'The lists were current.'
            : `Written: ${changed.map(({file}) => file).join(', ')}`,
        );
    }
    onClose();
  };
  return (
    <AskDialog
      title={asked.add === null ? 'Update codelists' : 'Add a codelist'}
      width="wide"
      onClose={onClose}
      act={asked.add === null ? 'Update' : 'Add'}
      onAct={() => void write()}
      button={{disabled: answer?.ok !== true}}
    >
      <AnswerView answer={answer} waiting="Downloading the lists…">
        {(preview) => <PreviewView preview={preview} />}
      </AnswerView>
    </AskDialog>
  );
}

function PreviewView({preview}: {readonly preview: CodelistPreview}) {
  const {lists, unlisted, notes, outOfDate} = preview;
  const time = useDeskState((state) => rerunWords(state, outOfDate));
  const changed = lists.filter(({change}) => change !== null);
  const same = lists.length - changed.length;
  return (
    <>
      {changed.map(({id, change, added, removed, warnings}) => (
        <section key={id} aria-label={id} className={styles.changed}>
          <h3>
            {id} {change === 'added' ? '(new)' : ''}
          </h3>
          <Codes title={`${formatPlural(added.length, 'code')} added`} sign="+" codes={added} />
          <Codes
            title={`${formatPlural(removed.length, 'code')} removed`}
            sign="−"
            codes={removed}
          />
          {warnings.map(({message}, index) => (
            <p key={index} className={styles.source}>
              {message}
            </p>
          ))}
        </section>
      ))}
      {same > 0 && <p>{formatPlural(same, 'list')} unchanged.</p>}
      {outOfDate.length > 0 && (
        <Callout tone="plain">
          This makes {formatPlural(outOfDate.length, 'action')} out of date: {outOfDate.join(', ')}.{' '}
          {time ?? 'How long they take is not known.'}
        </Callout>
      )}
      {unlisted.length > 0 && <p>Not listed, left alone: {unlisted.join(', ')}</p>}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </>
  );
}

function Codes(props: {
  readonly title: string;
  readonly sign: string;
  readonly codes: readonly CodelistCode[];
}) {
  const {title, sign, codes} = props;
  if (codes.length === 0) return null;
  return (
    <>
      <p>{title}</p>
      {/* what else would scroll to it by keyboard */}
      <ul className={styles.codes} tabIndex={0} aria-label={title}>
        {codes.slice(0, CODES_SHOWN).map(({code, term}) => (
          <li key={code}>
            {sign} <code>{code}</code> {term}
          </li>
        ))}
      </ul>
      {codes.length > CODES_SHOWN && <p>and {formatCount(codes.length - CODES_SHOWN)} more</p>}
    </>
  );
}
