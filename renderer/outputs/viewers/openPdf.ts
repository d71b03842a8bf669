import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

/** A PDF document that is open. */
export interface PdfDocument {
  /** The size of each page at its full size, in pixels. */
  readonly pages: readonly {readonly width: number; readonly height: number}[];
  /** Draws a page; answers how to give up. */
  draw(canvas: HTMLCanvasElement, page: number, zoom: number, onFault: () => void): () => void;
  close(): void;
}

/** Most pages that are shown. */
const MOST_PAGES = 2000;

/** Dots of a page at most, so that a sheet of any size can be drawn. */
const MOST_DOTS = 16_000_000;

GlobalWorkerOptions.workerSrc = workerUrl;

/** Files of the fonts that every reader of PDF has to bring along, by their names. */
const FONTS = import.meta.glob<string>('/../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?url',
  import: 'default',
  eager: true,
  exhaustive: true,
});

/** Hands out those fonts; there is no other file that a document could ask for. */
class StandardFonts {
  async fetch({filename}: {readonly filename: string}): Promise<Uint8Array> {
    const [, url] = Object.entries(FONTS).find(([path]) => path.endsWith(`/${filename}`)) ?? [];
    if (url === undefined) throw new Error(`There is no font ${filename}`);
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  }
}

/** Opens a document, without scripts, forms or anything fetched; or answers why it can't be shown. */
export async function openPdf(bytes: Uint8Array): Promise<PdfDocument | {readonly reason: string}> {
  const task = getDocument({
    // it is handed to the worker, and the caller keeps its own
    data: bytes.slice(),
    StandardFontDataFactory: StandardFonts,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    stopAtErrors: false,
  });
  try {
    const document = await task.promise;
    const pages: {width: number; height: number}[] = [];
    for (let at = 1; at <= Math.min(document.numPages, MOST_PAGES); at += 1) {
      const {width, height} = (await document.getPage(at)).getViewport({scale: CSS_SCALE});
      pages.push({width, height});
    }
    return {
      pages,
      draw: (canvas, page, zoom, onFault) => draw(document, canvas, {page, zoom, onFault}),
      close: () => void task.destroy(),
    };
  } catch (error) {
    void task.destroy();
    return {
      reason:
        error instanceof Error && error.name === 'PasswordException'
          ? 'It is protected by a password.'
          : 'It is damaged, or not a PDF.',
    };
  }
}

/** Points of a document are 1/72 inch, pixels of a page 1/96. */
const CSS_SCALE = 96 / 72;

function draw(
  document: PDFDocumentProxy,
  canvas: HTMLCanvasElement,
  {page, zoom, onFault}: {page: number; zoom: number; onFault: () => void},
): () => void {
  let cancel = (): void => undefined;
  let wanted = true;
  const paint = async (): Promise<void> => {
    const sheet = await document.getPage(page + 1);
    const plain = sheet.getViewport({scale: CSS_SCALE * zoom});
    const fitting = Math.sqrt(MOST_DOTS / (plain.width * plain.height));
    const scale = CSS_SCALE * zoom * Math.min(window.devicePixelRatio, fitting);
    const viewport = sheet.getViewport({scale});
    if (!wanted) return;
    canvas.width = Math.ceil(viewport.width);
    canvas.height = Math.ceil(viewport.height);
    const task = sheet.render({canvas, viewport});
    cancel = () => task.cancel();
    await task.promise;
  };
  // a drawing that was given up ends with an error
  paint().catch(() => {
    if (wanted) onFault();
  });
  return () => {
    wanted = false;
    cancel();
  };
}
