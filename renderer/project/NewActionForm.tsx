import {Plus, X} from 'lucide-react';
import {useId} from 'react';
import {TIERS, TIER_LABELS, isTier} from '../../shared/sensitivity';
import {Button, IconButton} from '../ui/Button';
import {Field} from '../ui/Field';
import styles from './AddActionDialog.module.css';
import type {DraftFaults, NewActionDraft, OutputDraft} from './newActionDraft';

/** Images to choose from; any other can be typed. */
const IMAGES = ['r:v3', 'r:v2', 'python:v2', 'ehrql:v1', 'stata-mp:v1', 'sqlrunner:v1'];

/** The fields of a new action: name, image, command, needs, outputs by tier. */
export function NewActionForm(props: {
  readonly draft: NewActionDraft;
  readonly faults: DraftFaults;
  /** Names of the actions of the study, to choose needs from. */
  readonly names: readonly string[];
  readonly onChange: (draft: NewActionDraft) => void;
}) {
  const {draft, faults, names, onChange} = props;
  const images = useId();
  const change = (part: Partial<NewActionDraft>) => onChange({...draft, ...part});
  return (
    <div className={styles.form}>
      <Field
        label="Name"
        data-autofocus
        value={draft.name}
        error={faults.name}
        hint="Letters, digits, _ and -, for example describe_cohort"
        onChange={(event) => change({name: event.target.value})}
      />
      <div className={styles.command}>
        <Field
          label="Image"
          list={images}
          value={draft.image}
          error={faults.image}
          onChange={(event) => change({image: event.target.value.trim()})}
        />
        <datalist id={images}>
          {IMAGES.map((image) => (
            <option key={image} value={image} />
          ))}
        </datalist>
        <Field
          label="Script and arguments"
          value={draft.command}
          error={faults.command}
          placeholder={
            draft.image.startsWith('python') ? 'python analysis/describe.py' : 'analysis/describe.R'
          }
          onChange={(event) => change({command: event.target.value})}
        />
      </div>
      <NeedsField needs={draft.needs} names={names} onChange={(needs) => change({needs})} />
      <fieldset className={styles.outputs}>
        <legend>Outputs</legend>
        {draft.outputs.map((output, index) => (
          <OutputFields
            key={output.id}
            output={output}
            number={index + 1}
            fault={faults.outputs.get(output.id)}
            onChange={(changed) =>
              change({
                outputs: draft.outputs.map((other) => (other.id === changed.id ? changed : other)),
              })
            }
            onRemove={() =>
              change({outputs: draft.outputs.filter((other) => other.id !== output.id)})
            }
          />
        ))}
        <Button
          look="quiet"
          icon={<Plus />}
          onClick={() => change({outputs: [...draft.outputs, nextOutput(draft.outputs)]})}
        >
          Add an output
        </Button>
      </fieldset>
    </div>
  );
}

function nextOutput(outputs: readonly OutputDraft[]): OutputDraft {
  const id = Math.max(-1, ...outputs.map((output) => output.id)) + 1;
  return {id, tier: outputs.at(-1)?.tier ?? 'moderately_sensitive', label: '', pattern: ''};
}

function NeedsField(props: {
  readonly needs: readonly string[];
  readonly names: readonly string[];
  readonly onChange: (needs: readonly string[]) => void;
}) {
  const {needs, names, onChange} = props;
  const list = useId();
  const left = names.filter((name) => !needs.includes(name));
  return (
    <div className={styles.needs}>
      <Field
        label="Needs"
        list={list}
        placeholder={
          left.length === 0 ? 'No other actions' : 'Type or choose the name of an action'
        }
        hint="The action can read only the outputs of these actions."
        onChange={(event) => {
          const {value} = event.target;
          if (!left.includes(value)) return;
          onChange([...needs, value]);
          event.target.value = '';
        }}
      />
      <datalist id={list}>
        {left.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {needs.length > 0 && (
        <ul className={styles.chosen} aria-label="Chosen needs">
          {needs.map((need) => (
            <li key={need}>
              {need}
              <IconButton
                label={`Remove ${need}`}
                icon={<X />}
                onClick={() => onChange(needs.filter((other) => other !== need))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function OutputFields(props: {
  readonly output: OutputDraft;
  readonly number: number;
  readonly fault: string | undefined;
  readonly onChange: (output: OutputDraft) => void;
  readonly onRemove: () => void;
}) {
  const {output, number, fault, onChange, onRemove} = props;
  return (
    <div className={styles.output} role="group" aria-label={`Output ${number}`}>
      <label className={styles.tier}>
        <span>Tier</span>
        <select
          value={output.tier}
          onChange={(event) => {
            if (isTier(event.target.value)) onChange({...output, tier: event.target.value});
          }}
        >
          {TIERS.map((tier) => (
            <option key={tier} value={tier}>
              {TIER_LABELS[tier]}
            </option>
          ))}
        </select>
      </label>
      <Field
        label="Label"
        value={output.label}
        placeholder={`output_${number}`}
        onChange={(event) => onChange({...output, label: event.target.value})}
      />
      <Field
        label="Path"
        value={output.pattern}
        error={fault}
        placeholder="output/table.csv"
        onChange={(event) => onChange({...output, pattern: event.target.value})}
      />
      <IconButton label={`Remove output ${number}`} icon={<X />} onClick={onRemove} />
    </div>
  );
}
