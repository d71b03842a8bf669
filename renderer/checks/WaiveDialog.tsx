import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatPlural} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {runChecks} from '../state/releaseChecks';
import {ReasonDialog} from '../ui/ReasonDialog';
import type {CheckRow} from '../state/checkRows';

/** Takes the reason that the researcher would give the checker; the finding is then only a note. */
export function WaiveDialog(props: {readonly row: CheckRow; readonly onClose: () => void}) {
  const {row, onClose} = props;
  const desk = useDesk();
  const {path, rule, column} = row.first;
  const waive = async (reason: string) => {
    const one = row.all.length === 1 ? row.first.row : null;
    const given = await ask(desk, 'release:waive', {path, rule, column, row: one, reason});
    onClose();
    if (given !== undefined) await runChecks(desk);
  };
  const where = column === null ? '' : ` in the column ${column}`;
  return (
    <ReasonDialog
      title={`Waive “${DISCLOSURE_RULES[rule].title}”`}
      note={`For ${formatPlural(row.all.length, 'finding')}${where} of ${path}. Also applies to later runs.`}
      placeholder="e.g. these are practices, not patients"
      hint="What you would tell the output checker. Saved with the study and included in the release draft"
      act="Waive"
      onReason={(reason) => void waive(reason)}
      onClose={onClose}
    />
  );
}
