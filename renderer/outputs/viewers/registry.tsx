import type {ComponentType} from 'react';
import type {OutputContent} from '../../../shared/output';
import {TextLines} from '../TextLines';
import styles from '../OutputViewer.module.css';
import {ImageViewer} from './ImageViewer';
import {JsonViewer} from './JsonViewer';
import {TableViewer} from './TableViewer';
import {UnsupportedViewer} from './UnsupportedViewer';
import type {ViewerProps} from './viewerProps';

type Viewers = {
  readonly [Kind in OutputContent['kind']]: ComponentType<ViewerProps<Kind>>;
};

/** Who shows each kind of content. */
const VIEWERS: Viewers = {
  table: TableViewer,
  text: ({content, path}) => (
    <TextLines text={content.text} truncated={content.truncated} label={path} />
  ),
  json: JsonViewer,
  image: ImageViewer,
  html: ({content, path}) => (
    // its own origin, no scripts, no network: the frame can show and nothing else
    <iframe className={styles.frame} sandbox="" src={content.url} title={path} />
  ),
  unsupported: UnsupportedViewer,
};

/** Shows what the host read, each kind in its own way. */
export function OutputContentView(props: {readonly content: OutputContent; readonly path: string}) {
  return view(props.content, props.path);
}

function view<Kind extends OutputContent['kind']>(
  content: Extract<OutputContent, {readonly kind: Kind}>,
  path: string,
) {
  const Viewer: ComponentType<ViewerProps<Kind>> = VIEWERS[content.kind];
  return <Viewer content={content} path={path} />;
}
