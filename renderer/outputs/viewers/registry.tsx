import type {ComponentType} from 'react';
import type {OutputContent} from '../../../shared/output';
import {lazyPart} from '../../ui/lazyPart';
import {FileViewer} from './FileViewer';
import {HtmlViewer} from './HtmlViewer';
import {ImageViewer} from './ImageViewer';
import {JsonViewer} from './JsonViewer';
import {PdfViewer} from './PdfViewer';
import {TableViewer} from './TableViewer';
import {TextViewer} from './TextViewer';
import type {ViewerProps} from './viewerProps';

const MarkdownViewer = lazyPart(() => import('./MarkdownViewer'), 'MarkdownViewer');

type Viewers = {
  readonly [Kind in OutputContent['kind']]: ComponentType<ViewerProps<Kind>>;
};

/** Who shows each kind of content. */
const VIEWERS: Viewers = {
  table: TableViewer,
  text: ({content, path}) => <TextViewer path={path} first={content} />,
  json: JsonViewer,
  markdown: MarkdownViewer,
  image: ImageViewer,
  html: HtmlViewer,
  pdf: PdfViewer,
  unsupported: FileViewer,
};

/** What each kind is called on its tab. */
export const CONTENT_LABELS: Readonly<Record<OutputContent['kind'], string>> = {
  table: 'Table',
  text: 'Text',
  json: 'Tree',
  markdown: 'Page',
  image: 'Picture',
  html: 'Page',
  pdf: 'Document',
  unsupported: 'File',
};

/** Whether a file can also be shown as the text it is written in. */
export function hasText({kind, ...content}: OutputContent): boolean {
  if (kind === 'image') return 'mediaType' in content && content.mediaType === 'image/svg+xml';
  return kind === 'json' || kind === 'markdown' || kind === 'html' || kind === 'table';
}

/** Shows what the host read, each kind in its own way. */
export function OutputContentView<Kind extends OutputContent['kind']>({
  content,
  path,
}: ViewerProps<Kind>) {
  const Viewer: ComponentType<ViewerProps<Kind>> = VIEWERS[content.kind];
  return <Viewer content={content} path={path} />;
}
