import {CircleCheck, OctagonX, TriangleAlert} from 'lucide-react';
import {formatPlural} from '../../shared/format';
import type {Finding} from '../../shared/preview';
import {CodeText} from '../ui/CodeText';
import styles from './PlanTray.module.css';

const ICONS = {ok: CircleCheck, warning: TriangleAlert, block: OctagonX} as const;
const WORDS = {ok: 'Fine', warning: 'Warning', block: 'Stops the run'} as const;

/** The checks made before a run: what stops it first, then warnings; what is fine is only counted. */
export function Findings({findings}: {readonly findings: readonly Finding[]}) {
  const told = [
    ...findings.filter((finding) => finding.level === 'block'),
    ...findings.filter((finding) => finding.level === 'warning'),
  ];
  const fine = findings.filter((finding) => finding.level === 'ok');
  return (
    <ul className={styles.findings} aria-label="Checks before the run">
      {told.map((finding) => (
        <FindingRow key={`${finding.check} ${finding.message}`} finding={finding} />
      ))}
      {fine.length > 0 && (
        <li>
          <details className={styles.folded}>
            <summary>{formatPlural(fine.length, 'check')} passed</summary>
            <ul>
              {fine.map((finding) => (
                <FindingRow key={`${finding.check} ${finding.message}`} finding={finding} />
              ))}
            </ul>
          </details>
        </li>
      )}
    </ul>
  );
}

function FindingRow({finding}: {readonly finding: Finding}) {
  const Icon = ICONS[finding.level];
  return (
    <li className={styles.finding} data-level={finding.level}>
      <Icon size={16} aria-label={WORDS[finding.level]} role="img" />
      <span>
        <CodeText text={finding.message} />
        {finding.hint !== null && (
          <span className={styles.hint}>
            {' '}
            <CodeText text={finding.hint} />
          </span>
        )}
      </span>
    </li>
  );
}
