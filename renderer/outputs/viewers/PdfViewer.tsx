import {useVirtualizer} from '@tanstack/react-virtual';
import {useEffect, useRef, useState} from 'react';
import {formatCount, formatPlural} from '../../../shared/format';
import {Button} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import styles from '../OutputViewer.module.css';
import own from './Viewers.module.css';
import type {PdfDocument} from './openPdf';
import type {ViewerProps} from './viewerProps';

const GAP = 16;
const ZOOM = {least: 0.25, most: 4, step: 1.25};

type Opened =
  | {readonly kind: 'opening'}
  | {readonly kind: 'damaged'; readonly reason: string}
  | {readonly kind: 'open'; readonly document: PdfDocument};

/** A PDF document, page below page; only those in view are drawn. */
export function PdfViewer({content, path}: ViewerProps<'pdf'>) {
  const {bytes} = content;
  const [opened, setOpened] = useState<Opened>({kind: 'opening'});
  useEffect(() => {
    let document: PdfDocument | null = null;
    let current = true;
    const open = async (): Promise<Opened> => {
      // a megabyte of script that no other file needs
      const {openPdf} = await import('./openPdf');
      const answer = await openPdf(bytes);
      if ('reason' in answer) return {kind: 'damaged', reason: answer.reason};
      document = answer;
      return {kind: 'open', document: answer};
    };
    void open().then((found) => {
      if (current) setOpened(found);
      else document?.close();
    });
    return () => {
      current = false;
      document?.close();
    };
  }, [bytes]);

  switch (opened.kind) {
    case 'opening':
      return <EmptyState title="Reading…" />;
    case 'damaged':
      return <EmptyState title="This document can’t be shown">{opened.reason}</EmptyState>;
    case 'open':
      return <Pages document={opened.document} path={path} />;
  }
}

function Pages({document, path}: {readonly document: PdfDocument; readonly path: string}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const virtual = useVirtualizer({
    count: document.pages.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (document.pages[at]?.height ?? 0) * zoom + GAP,
    overscan: 1,
  });
  useEffect(() => virtual.measure(), [virtual, zoom]);
  const zoomBy = (factor: number): void =>
    setZoom((before) => Math.min(ZOOM.most, Math.max(ZOOM.least, before * factor)));
  return (
    <>
      <div className={styles.note}>
        <span role="status">
          {formatPlural(document.pages.length, 'page')} · {Math.round(zoom * 100)} %
        </span>
        <Button look="link" onClick={() => zoomBy(1 / ZOOM.step)}>
          Zoom out
        </Button>
        <Button look="link" onClick={() => zoomBy(ZOOM.step)}>
          Zoom in
        </Button>
      </div>
      <div ref={scroller} className={own.pdf} tabIndex={0} role="document" aria-label={path}>
        <div className={own.pdfBody} style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className={own.pdfPage}
              style={{transform: `translateY(${item.start}px)`}}
            >
              <PageCanvas document={document} page={item.index} zoom={zoom} />
            </div>
          ))}
        </div>
      </div>
    </>
  );
}

function PageCanvas(props: {
  readonly document: PdfDocument;
  readonly page: number;
  readonly zoom: number;
}) {
  const {document, page, zoom} = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [fault, setFault] = useState(false);
  const {width = 0, height = 0} = document.pages[page] ?? {};
  useEffect(() => {
    const element = canvas.current;
    setFault(false);
    return element === null ? undefined : document.draw(element, page, zoom, () => setFault(true));
  }, [document, page, zoom]);
  if (fault) return <p className={own.pdfFault}>Page {formatCount(page + 1)} can’t be shown.</p>;
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={`Page ${formatCount(page + 1)}`}
      style={{width: width * zoom, height: height * zoom}}
    />
  );
}
