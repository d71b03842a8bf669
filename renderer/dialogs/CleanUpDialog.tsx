import {useState} from 'react';
import {bytesOf, type CleanUpDone, type Leftover, LEFTOVER_KINDS} from '../../shared/cleanUp';
import {formatBytes, formatPlural} from '../../shared/format';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {useAnswer, type Answer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Check} from '../ui/Field';
import {Callout, EmptyState, Section} from '../ui/Section';
import styles from './CleanUp.module.css';

const keyOf = ({kind, id}: Leftover) => `${kind} ${id}`;

/** What nothing is lost with goes unless it is left out, all else only where it is chosen. */
const isChosen = (leftover: Leftover, choices: ReadonlyMap<string, boolean>) =>
  choices.get(keyOf(leftover)) ?? leftover.loss === null;

/** What Study Desk has stored: what earlier runs have left, removed on request, and what is kept for good. */
export function CleanUpDialog({onClose}: {readonly onClose: () => void}) {
  const {host} = useDesk();
  const [done, setDone] = useState<Answer<CleanUpDone>>(null);
  const [answer, age] = useAnswer('cleanUp:preview', {}, done);
  const preview = answer?.ok === true ? answer.value : null;
  /** Where the user chose otherwise than what is proposed. */
  const [choices, setChoices] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [removing, setRemoving] = useState(false);
  const busy = removing || age !== 'new';
  const failed = [done, answer].find((each) => each?.ok === false);
  const error = failed?.ok === false ? failed.error : null;
  const leftovers = preview?.leftovers ?? [];
  const chosen = leftovers.filter((each) => isChosen(each, choices));
  const remove = async () => {
    setRemoving(true);
    setDone(
      await host.request('cleanUp:remove', {
        leftovers: chosen.map(({kind, id}) => ({kind, id})),
      }),
    );
    setRemoving(false);
  };
  return (
    <Dialog
      title="What is stored"
      width="wide"
      onClose={onClose}
      footer={
        chosen.length === 0 ? undefined : (
          <Button look="primary" disabled={busy} onClick={() => void remove()}>
            {busy
              ? 'Removing…'
              : `Remove ${formatPlural(chosen.length, 'item')}, ${formatBytes(bytesOf(chosen))}`}
          </Button>
        )
      }
    >
      <div className={styles.page}>
        <ErrorCallout error={error} />
        {done?.ok === true && <Done done={done.value} />}
        {preview === null
          ? error === null && <p role="status">Looking for leftovers…</p>
          : [preview.engineError, preview.leftOut].map(
              (said) =>
                said !== null && (
                  <Callout key={said} tone="stale">
                    {said}
                  </Callout>
                ),
            )}
        {preview !== null && leftovers.length === 0 && (
          <EmptyState title="Nothing to clean up">
            Unused containers, volumes, images, folders, files, logs and caches from earlier runs of
            this study will be listed here.
          </EmptyState>
        )}
        {(['container', 'volume', 'image', 'folder', 'file', 'logs', 'cache'] as const).map(
          (kind) => (
            <Kind
              key={kind}
              label={LEFTOVER_KINDS[kind]}
              leftovers={leftovers.filter((each) => each.kind === kind)}
              choices={choices}
              onChoose={setChoices}
            />
          ),
        )}
        {preview !== null && (
          <Section label="Kept for good">
            <p className={styles.dim}>
              No clean-up takes these. Nothing else of a study is kept outside its folder.
            </p>
            <ul className={styles.kept}>
              {preview.forGood.map(({name, path, bytes, why}) => (
                <li key={path}>
                  {name}, {bytes === null ? 'nothing yet' : formatBytes(bytes)}
                  <span className={styles.dim}>
                    {visibleText(path)} · {why}
                  </span>
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
    </Dialog>
  );
}

function Done({done}: {readonly done: CleanUpDone}) {
  const {removed, kept, bytesBefore, bytesAfter} = done;
  return (
    <Callout tone={kept.length === 0 ? 'ok' : 'stale'} live>
      <p>
        {formatPlural(removed.length, 'item')} removed: {formatBytes(bytesBefore)} before,{' '}
        {formatBytes(bytesAfter)} now.
      </p>
      {kept.map(({leftover, reason}) => (
        <p key={keyOf(leftover)}>
          {visibleText(leftover.name)} was not removed. {reason}
        </p>
      ))}
    </Callout>
  );
}

/** What they take together, as far as it is known. */
function sizeOf(leftovers: readonly Leftover[]): string {
  const known = leftovers.filter(({bytes}) => bytes !== null);
  if (known.length === 0) return 'size unknown';
  const bytes = formatBytes(bytesOf(known));
  return known.length === leftovers.length ? bytes : `at least ${bytes}`;
}

function Kind(props: {
  readonly label: string;
  readonly leftovers: readonly Leftover[];
  readonly choices: ReadonlyMap<string, boolean>;
  readonly onChoose: (choices: ReadonlyMap<string, boolean>) => void;
}) {
  const {label, leftovers, choices, onChoose} = props;
  if (leftovers.length === 0) return null;
  return (
    <Section label={label} count={sizeOf(leftovers)}>
      {leftovers.map((leftover) => {
        const key = keyOf(leftover);
        return (
          <Check
            key={key}
            label={`${visibleText(leftover.name)}, ${sizeOf([leftover])}`}
            hint={leftover.loss === null ? leftover.why : `${leftover.why}. ${leftover.loss}`}
            checked={isChosen(leftover, choices)}
            onChange={(checked) => onChoose(new Map(choices).set(key, checked))}
          />
        );
      })}
    </Section>
  );
}
