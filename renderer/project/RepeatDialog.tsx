import {useState} from 'react';
import type {AppError} from '../../shared/errors';
import {formatList, formatPlural} from '../../shared/format';
import {
  datesBy,
  MOST_VALUES,
  parametersOf,
  type DateStep,
  type Repeating,
  type RunParameter,
} from '../../shared/repeat';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {actionNamed, downstreamOf} from '../state/selectors';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Check, Field} from '../ui/Field';
import {Callout} from '../ui/Section';
import styles from './AddActionDialog.module.css';
import {ChangeWritten, EditPreviewView, useWrittenChange} from './EditPreview';

/** How the values come about. */
type Way = 'list' | DateStep;

const WAYS: Readonly<Record<Way, string>> = {
  list: 'a list of values',
  month: 'dates by month',
  quarter: 'dates by quarter',
  year: 'dates by year',
};
const WAY_NAMES = Object.keys(WAYS) as readonly Way[];

/** A repeat as it is typed. */
interface RepeatDraft {
  /** The place of the parameter in argv. */
  readonly at: number;
  readonly way: Way;
  readonly list: string;
  readonly first: string;
  readonly last: string;
  readonly downstream: readonly string[];
}

/** Makes several actions out of one, one for each value of a parameter: the values, then the change, which can be undone. */
export function RepeatDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const [parameters] = useState(() =>
    parametersOf(actionNamed(desk.store.getState(), action)?.run.argv ?? []),
  );
  const [draft, setDraft] = useState(() => draftOf(parameters));
  const [repeating, setRepeating] = useState<Repeating | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const written = useWrittenChange(onClose);
  const values = valuesOf(draft);

  const look = async (): Promise<void> => {
    const {at, downstream} = draft;
    const answer = await desk.host.request('project:previewRepeat', {
      revision: desk.store.getState().study?.revision ?? 0,
      repeat: {action, at, values, downstream},
    });
    setError(answer.ok ? null : answer.error);
    setRepeating(answer.ok ? answer.value : null);
  };
  if (repeating !== null && written.change !== null)
    return (
      <ChangeWritten
        title={`${action} is now ${formatPlural(repeating.actions.length, 'action')}`}
        {...written}
      >
        <p>{formatList(repeating.actions, 6)}.</p>
      </ChangeWritten>
    );
  const canBe = values.length > 0 && values.length <= MOST_VALUES;
  return (
    <Dialog
      title={`Repeat ${action} for…`}
      width={repeating === null ? 'narrow' : 'wide'}
      onClose={onClose}
      footer={
        parameters.length === 0 ? (
          <Button onClick={onClose}>Close</Button>
        ) : repeating === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" disabled={!canBe} onClick={() => void look()}>
              Show the change…
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setRepeating(null)}>Back</Button>
            <Button look="primary" onClick={() => void written.write(repeating.change)}>
              Write to project.yaml
            </Button>
          </>
        )
      }
    >
      <ErrorCallout error={error} />
      {parameters.length === 0 ? (
        <p>
          The run line of {action} has no parameter to repeat it for. Add one first, such as{' '}
          <code>--index-date 2020-03-01</code>; in ehrQL it follows <code>--</code>.
        </p>
      ) : repeating === null ? (
        <RepeatForm
          action={action}
          parameters={parameters}
          draft={draft}
          values={values}
          onChange={setDraft}
        />
      ) : (
        <div className={styles.form}>
          <p>
            {formatPlural(repeating.actions.length, 'action')}: {formatList(repeating.actions, 6)}.
          </p>
          {repeating.notes.map((note) => (
            <Callout key={note} tone="stale">
              {note}
            </Callout>
          ))}
          <EditPreviewView preview={repeating.change} />
        </div>
      )}
    </Dialog>
  );
}

/** Begins with the parameter that holds a date, by month, else with the first one and its value. */
function draftOf(parameters: readonly RunParameter[]): RepeatDraft {
  const dated = parameters.find(({value}) => /^\d{4}-\d\d-\d\d$/.test(value));
  const {at = 0, value = ''} = dated ?? parameters[0] ?? {};
  const isDate = dated !== undefined;
  return {
    ...{at, way: isDate ? 'month' : 'list', list: value, downstream: []},
    ...{first: isDate ? value : '', last: ''},
  };
}

function valuesOf({way, list, first, last}: RepeatDraft): readonly string[] {
  if (way !== 'list') return datesBy(way, first.trim(), last.trim());
  return list
    .split(/[\n,]/)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function RepeatForm(props: {
  readonly action: string;
  readonly parameters: readonly RunParameter[];
  readonly draft: RepeatDraft;
  readonly values: readonly string[];
  readonly onChange: (draft: RepeatDraft) => void;
}) {
  const {action, parameters, draft, values, onChange} = props;
  const {store} = useDesk();
  const [below] = useState(() => downstreamOf(store.getState(), action));
  const names = useDeskState((state) => state.study?.graph?.names ?? below);
  const change = (part: Partial<RepeatDraft>) => onChange({...draft, ...part});
  return (
    <div className={styles.form}>
      <label className={styles.tier}>
        <span>Parameter</span>
        <select value={draft.at} onChange={({target}) => change({at: Number(target.value)})}>
          {parameters.map(({at, option, value}) => (
            <option key={at} value={at}>
              {option === null ? value : `${option} ${value}`}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.tier}>
        <span>For</span>
        <select
          data-autofocus
          value={draft.way}
          onChange={({target}) =>
            change({way: WAY_NAMES.find((each) => each === target.value) ?? draft.way})
          }
        >
          {WAY_NAMES.map((way) => (
            <option key={way} value={way}>
              {WAYS[way]}
            </option>
          ))}
        </select>
      </label>
      {draft.way === 'list' ? (
        <Field
          label="Values"
          value={draft.list}
          hint="Separated by commas"
          onChange={({target}) => change({list: target.value})}
        />
      ) : (
        <div className={styles.dates}>
          <Field
            label="First date"
            value={draft.first}
            placeholder="2020-03-01"
            onChange={({target}) => change({first: target.value})}
          />
          <Field
            label="Last date"
            value={draft.last}
            placeholder="2021-03-01"
            onChange={({target}) => change({last: target.value})}
          />
        </div>
      )}
      <p role="status">
        {values.length === 0
          ? draft.way === 'list'
            ? 'No value yet.'
            : 'Needs two dates such as 2020-03-01.'
          : values.length > MOST_VALUES
            ? `More than ${MOST_VALUES} values: choose fewer.`
            : `${formatPlural(values.length, 'action')}: ${formatList(values, 6)}`}
      </p>
      {below.length > 0 && (
        <fieldset className={styles.outputs}>
          <legend>Repeat with it</legend>
          {names
            .filter((name) => below.includes(name))
            .map((name) => (
              <Check
                key={name}
                label={name}
                checked={draft.downstream.includes(name)}
                onChange={(checked) =>
                  change({
                    downstream: checked
                      ? [...draft.downstream, name]
                      : draft.downstream.filter((each) => each !== name),
                  })
                }
              />
            ))}
        </fieldset>
      )}
    </div>
  );
}
