import type {Terminal} from '@xterm/xterm';
import {styleNonce} from '../ui/styleNonce';

/**
 * Opens a terminal in an element. xterm.js makes all its style sheets then, and knows nothing of a page's policy: for that
 * moment, style sheets are made with the page's nonce.
 */
export function openTerminal(terminal: Terminal, element: HTMLElement): void {
  const nonce = styleNonce();
  const make = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const made = Document.prototype.createElement.call(document, name, options);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  };
  Object.defineProperty(document, 'createElement', {value: make, configurable: true});
  try {
    terminal.open(element);
  } finally {
    // the document's own is its prototype's
    Reflect.deleteProperty(document, 'createElement');
  }
}
