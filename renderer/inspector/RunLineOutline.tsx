import {useState} from 'react';
import {formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import {Button} from '../ui/Button';
import styles from './RunLineOutline.module.css';

/** Arguments shown before "show all". */
const FEW_ARGUMENTS = 12;

/** A command as the container will see it: image, arguments one by one, config. */
export function RunLineOutline({action}: {readonly action: Action}) {
  const [all, setAll] = useState(false);
  const {run, configJson, containerArgs} = action;
  const config = configJson === null ? -1 : containerArgs.lastIndexOf('--config');
  const args = containerArgs.filter(
    (_, index) => config < 0 || index < config || index > config + 1,
  );
  const shown = all ? args : args.slice(0, FEW_ARGUMENTS);
  return (
    <div className={styles.outline}>
      <p className={styles.image}>
        <span className={styles.label}>Image</span>
        <code className={styles.chip}>{run.argv[0]}</code>
      </p>
      <p className={styles.label}>
        {args.length === 0 ? 'No arguments' : formatPlural(args.length, 'argument')}
      </p>
      {shown.length > 0 && (
        <ol className={styles.arguments} aria-label="Arguments">
          {shown.map((argument, index) => (
            <li key={index}>
              <code>{argument === '' ? '(empty)' : argument}</code>
            </li>
          ))}
        </ol>
      )}
      {args.length > FEW_ARGUMENTS && (
        <Button look="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${args.length}`}
        </Button>
      )}
      {configJson !== null && (
        <>
          <p className={styles.label}>Config, passed as JSON with --config</p>
          <pre className={styles.config} tabIndex={0} aria-label="Config">
            {indented(configJson)}
          </pre>
        </>
      )}
    </div>
  );
}

/** JSON over several lines; left as it is where it holds what JSON proper does not, such as NaN. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
