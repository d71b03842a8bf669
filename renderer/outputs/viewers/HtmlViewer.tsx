import {useState} from 'react';
import {formatList, formatPlural} from '../../../shared/format';
import type {HtmlContents} from '../../../shared/output';
import {visibleText} from '../../../shared/visibleText';
import {ask} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {Button} from '../../ui/Button';
import styles from '../OutputViewer.module.css';
import type {ViewerProps} from './viewerProps';

/** A page without scripts and network; its scripts run when they are turned on for it, and still reach no network. */
export function HtmlViewer({content, path}: ViewerProps<'html'>) {
  const desk = useDesk();
  const [scripted, setScripted] = useState<string | null>(null);
  const {scripts} = content.holds;
  const turnOn = async (): Promise<void> => {
    const url = await ask(desk, 'outputs:pageWithScripts', {path});
    if (url !== undefined) setScripted(url);
  };
  return (
    <>
      <div className={styles.note}>
        <span role="status">{blockedWords(content.holds, scripted !== null)}</span>
        {scripts > 0 &&
          (scripted === null ? (
            <Button
              look="link"
              tip="For this file only, until you close it; no network access"
              onClick={() => void turnOn()}
            >
              Run scripts
            </Button>
          ) : (
            <Button look="link" onClick={() => setScripted(null)}>
              Stop scripts
            </Button>
          ))}
      </div>
      {/* its own origin, no network, and at first no scripts: the frame can show and nothing else */}
      <iframe
        key={scripted}
        className={styles.frame}
        sandbox={scripted === null ? '' : 'allow-scripts'}
        src={scripted ?? content.url}
        title={path}
      />
    </>
  );
}

/** What the page does not get, by what is written in it; empty where it asks for nothing. */
export function blockedWords(
  {scripts, requests, hosts}: HtmlContents,
  withScripts: boolean,
): string {
  const where = hosts.length === 0 ? '' : ` to ${visibleText(formatList(hosts, 4))}`;
  return [
    withScripts ? 'Scripts run without network access.' : '',
    withScripts || scripts === 0 ? '' : `${formatPlural(scripts, 'script')} not run.`,
    requests === 0 ? '' : `${formatPlural(requests, 'request')}${where} blocked.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
