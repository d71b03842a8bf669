import {ExternalLink, FolderOpen} from 'lucide-react';
import {formatBytes} from '../../../shared/format';
import {ask} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {Button} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import styles from '../OutputViewer.module.css';
import own from './Viewers.module.css';
import type {ViewerProps} from './viewerProps';

/** Why a file is not shown, its first bytes, and the ways to other programs. */
export function FileViewer({content, path}: ViewerProps<'unsupported'>) {
  const desk = useDesk();
  const {reason, head, size} = content;
  const ways = (
    <>
      <Button icon={<ExternalLink />} onClick={() => void ask(desk, 'outputs:openWith', {path})}>
        Open with default program
      </Button>
      <Button icon={<FolderOpen />} onClick={() => void ask(desk, 'project:showInFolder', {path})}>
        Show in folder
      </Button>
    </>
  );
  if (head.length === 0)
    return (
      <EmptyState title="This file can’t be shown here" action={ways}>
        {reason}
      </EmptyState>
    );
  return (
    <>
      <div className={styles.note}>
        <span>{reason}</span>
        <span>
          {head.length < size
            ? `The first ${formatBytes(head.length)} of ${formatBytes(size)}:`
            : `All ${formatBytes(size)}:`}
        </span>
        {ways}
      </div>
      <pre className={own.hex} tabIndex={0} aria-label="First bytes">
        {hexLines(head).join('\n')}
      </pre>
    </>
  );
}

/** Bytes as lines: where they stand, 16 in hex, and those that are letters as such. */
export function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0'));
    const halves = [hex.slice(0, 8), hex.slice(8)].map((half) => half.join(' ').padEnd(23));
    const letters = part.map((byte) =>
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·',
    );
    lines.push(`${at.toString(16).padStart(6, '0')}  ${halves.join('  ')}  ${letters.join('')}`);
  }
  return lines;
}
