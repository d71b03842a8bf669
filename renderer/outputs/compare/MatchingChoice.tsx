import {useState} from 'react';
import type {RowMatching, TableDifference} from '../../../shared/comparison';
import {matchingWords} from '../../../shared/comparisonWords';
import {visibleText} from '../../../shared/visibleText';
import {Button} from '../../ui/Button';
import {Check} from '../../ui/Field';
import {Popover} from '../../ui/Popover';
import styles from './Compare.module.css';

const WAYS = [
  ['key', 'Match by these'],
  ['position', 'By position'],
  ['auto', 'Fewest changes'],
] as const;

/** How rows of two tables were put together, and the choice of another way. */
export function MatchingChoice(props: {
  readonly difference: TableDifference;
  readonly onChoose: (matching: RowMatching) => void;
}) {
  const {difference, onChoose} = props;
  const {matching} = difference;
  const shared = difference.columns.filter(({side}) => side === 'both').map(({name}) => name);
  const [key, setKey] = useState<readonly string[]>(matching.by === 'key' ? matching.columns : []);
  const flip = (name: string, on: boolean): void =>
    setKey(shared.filter((each) => (each === name ? on : key.includes(each))));
  return (
    <Popover
      look="link"
      panelLabel="How rows are matched"
      panel={(close) => (
        <div className={styles.matching}>
          <p>Match rows by these columns:</p>
          <div className={styles.keys}>
            {shared.map((name) => (
              <Check
                key={name}
                label={visibleText(name)}
                checked={key.includes(name)}
                onChange={(on) => flip(name, on)}
              />
            ))}
          </div>
          <p className={styles.choices}>
            {WAYS.map(([by, words]) => (
              <Button
                key={by}
                look={by === 'key' ? 'primary' : 'default'}
                disabled={by === 'key' && key.length === 0}
                onClick={() => {
                  close();
                  onChoose(by === 'key' ? {by, columns: key} : {by});
                }}
              >
                {words}
              </Button>
            ))}
          </p>
        </div>
      )}
    >
      {visibleText(matchingWords({matching}))}
    </Popover>
  );
}
