import type {DatasetHealth} from '../../../shared/datasetHealth';
import {formatCount, formatList, formatPlural} from '../../../shared/format';
import type {TableSchema} from '../../../shared/table';
import {useAnswer} from '../../state/ask';
import styles from '../OutputViewer.module.css';

/** What stands out in a dataset of dummy data; nothing for other outputs. */
export function HealthLine({path, schema}: {readonly path: string; readonly schema: TableSchema}) {
  const [health] = useAnswer('outputs:datasetHealth', schema.complete ? {path} : null);
  // where it is not known, the table says why itself
  if (health?.ok !== true || health.value === null) return null;
  return (
    <p className={styles.note} role="note" aria-label="Dummy data">
      <strong>Dummy data</strong>
      {healthWords(health.value).map(({text, isOdd}) => (
        <span key={text} className={isOdd ? styles.stale : undefined}>
          {text}
        </span>
      ))}
    </p>
  );
}

/** What is said of a dataset, and whether it is worth a look; nothing more than was looked at. */
export function healthWords(
  health: DatasetHealth,
): readonly {readonly text: string; readonly isOdd: boolean}[] {
  const {rows, rowsAsked, hasDummyFile, allMissing, constant, repeatedPatients, unlike} = health;
  const odd = (text: string) => ({text, isOdd: true});
  const plain = (text: string) => ({text, isOdd: false});
  const got = formatPlural(rows, 'row');
  const size = hasDummyFile
    ? plain(`${got} from the action’s dummy data file`)
    : rowsAsked === null
      ? plain(`${got}; number requested unknown`)
      : rowsAsked === rows
        ? plain(`${got}, as requested`)
        : odd(`${got}, ${formatCount(rowsAsked)} requested`);
  const found = [
    ...(allMissing.length > 0 ? [odd(`All missing: ${formatList(allMissing)}`)] : []),
    ...(constant.length > 0 ? [odd(`Same value in every row: ${formatList(constant)}`)] : []),
    ...(repeatedPatients !== null && repeatedPatients > 0
      ? [odd(`${formatPlural(repeatedPatients, 'row')} with a repeated patient_id`)]
      : []),
    ...unlike.map(({name, expected, found: type}) =>
      odd(`${name} is ${type}, the dataset definition says ${expected}`),
    ),
  ];
  const compared =
    health.definition === null
      ? 'The dataset definition could not be read'
      : `Types of ${formatCount(health.compared)} of ${formatPlural(health.columns, 'column')} compared with the definition`;
  return [size, ...found, plain(compared)];
}
