import {ChevronDown, ChevronRight} from 'lucide-react';
import {useMemo, useState} from 'react';
import {formatPlural} from '../../../shared/format';
import {visibleText} from '../../../shared/visibleText';
import {TreeList} from '../../lists/TreeList';
import {flipped} from '../../state/deskStore';
import {TextLines} from '../TextLines';
import styles from '../OutputViewer.module.css';
import own from './Viewers.module.css';
import {jsonRows, readJsonTree, type JsonRow} from './jsonTree';
import type {ViewerProps} from './viewerProps';

/** Pixels by which each level stands further to the right. */
const INDENT = 18;

/** JSON as a tree, its values as they are written; a file that was cut as its text. */
export function JsonViewer({content, path}: ViewerProps<'json'>) {
  const {text, truncated} = content;
  if (truncated)
    return (
      <>
        <p className={styles.note}>
          Too large for a tree: this is the beginning as text. Choose “Text” for all of it.
        </p>
        <TextLines text={text} label={path} firstLine={0} />
      </>
    );
  return <JsonTree text={text} path={path} />;
}

function JsonTree({text, path}: {readonly text: string; readonly path: string}) {
  const root = useMemo(() => readJsonTree(text), [text]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const rows = useMemo(() => jsonRows(root, toggled), [root, toggled]);
  return (
    <TreeList
      label={path}
      flat
      rows={rows}
      selectedKey={cursor}
      onSelect={(row) => setCursor(row.key)}
      onToggle={(row) => setToggled(flipped(toggled, row.key))}
      renderRow={(row) => <Row row={row} />}
    />
  );
}

function Row({row}: {readonly row: JsonRow}) {
  const {node, label, expanded, level} = row;
  const indent = <span style={{flex: 'none', width: (level - 1) * INDENT}} />;
  const name = label === '' ? null : <span className={own.jsonName}>{visibleText(label)}</span>;
  if (node.kind === 'value')
    return (
      <>
        {indent}
        <span className={own.jsonLeaf} />
        {name}
        <span className={own.jsonValue} data-kind={node.text.startsWith('"') ? 'text' : 'other'}>
          {visibleText(node.text)}
        </span>
      </>
    );
  const count =
    node.kind === 'list'
      ? `[${formatPlural(node.items.length, 'item')}]`
      : `{${formatPlural(node.entries.length, 'entry', 'entries')}}`;
  return (
    <>
      {indent}
      {expanded === true ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
      {name}
      <span className={own.jsonCount}>{count}</span>
    </>
  );
}
