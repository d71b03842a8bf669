import {FolderOpen} from 'lucide-react';
import {useEffect, useMemo, useState} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import type {OutputContent} from '../../shared/output';
import {GridTable} from '../lists/GridTable';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {TextLines} from './TextLines';
import styles from './OutputViewer.module.css';

/** Shows what the host read, each kind in its own way. */
export function OutputContentView(props: {readonly content: OutputContent; readonly path: string}) {
  const {content, path} = props;
  switch (content.kind) {
    case 'table':
      return <Table content={content} />;
    case 'text':
      return <TextLines text={content.text} truncated={content.truncated} label={path} />;
    case 'json':
      return <Json content={content} path={path} />;
    case 'image':
      return <Picture content={content} path={path} />;
    case 'html':
      // its own origin, no scripts, no network: the frame can show and nothing else
      return <iframe className={styles.frame} sandbox="" src={content.url} title={path} />;
    case 'unsupported':
      return <Unsupported reason={content.reason} path={path} />;
  }
}

function Table({content}: {readonly content: Extract<OutputContent, {readonly kind: 'table'}>}) {
  const {columns, rows, totalRows, truncated} = content;
  return (
    <>
      <p className={styles.note} role="status">
        {totalRows === null
          ? `Showing the first ${formatPlural(rows.length, 'row')}`
          : `Showing ${formatCount(rows.length)} of ${formatPlural(totalRows, 'row')}`}
        , {formatPlural(columns.length, 'column')}
        {truncated && '. The file is large: only its beginning was read.'}
      </p>
      <GridTable label="Rows of the file" columns={columns} rows={rows} />
    </>
  );
}

function Json(props: {
  readonly content: Extract<OutputContent, {readonly kind: 'json'}>;
  readonly path: string;
}) {
  const {text, truncated} = props.content;
  const pretty = useMemo(() => (truncated ? text : prettyJson(text)), [text, truncated]);
  return <TextLines text={pretty} truncated={truncated} label={props.path} />;
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Picture(props: {
  readonly content: Extract<OutputContent, {readonly kind: 'image'}>;
  readonly path: string;
}) {
  const {bytes, mediaType} = props.content;
  const [fit, setFit] = useState(true);
  const [url, setUrl] = useState<string | null>(null);
  const [size, setSize] = useState<string | null>(null);
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: mediaType}));
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [bytes, mediaType]);
  return (
    <>
      <p className={styles.note}>
        {size ?? 'Image'}
        <Button look="link" onClick={() => setFit(!fit)}>
          {fit ? 'Show at full size' : 'Fit to the window'}
        </Button>
      </p>
      <div className={styles.picture} data-fit={fit} tabIndex={0} role="group" aria-label="Image">
        {url !== null && (
          <img
            src={url}
            alt={props.path}
            onLoad={(event) =>
              setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)
            }
          />
        )}
      </div>
    </>
  );
}

function Unsupported({reason, path}: {readonly reason: string; readonly path: string}) {
  const desk = useDesk();
  return (
    <EmptyState
      title="This file isn’t shown here"
      action={
        <Button
          icon={<FolderOpen aria-hidden="true" />}
          onClick={() => void ask(desk, 'project:show-in-folder', {path})}
        >
          Show in folder
        </Button>
      }
    >
      {reason}
    </EmptyState>
  );
}
