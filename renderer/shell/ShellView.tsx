import {FitAddon} from '@xterm/addon-fit';
import {Terminal, type ITheme} from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import {useEffect, useRef} from 'react';
import type {Shell, ShellOutput} from '../../shared/shell';
import {useDesk} from '../state/deskStore';
import {styleNonce} from '../ui/styleNonce';
import {paletteColours} from './paletteColours';
import styles from './Shell.module.css';

/** Lines above the screen that can be scrolled back to. */
const SCROLLBACK = 5000;

/** A shell's screen: takes the keyboard while it is there, F6 leaves it. */
export function ShellView({shell}: {readonly shell: Shell}) {
  const {host} = useDesk();
  const place = useRef<HTMLDivElement>(null);
  const {id, action} = shell;
  const hasEnded = shell.ended !== null;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const terminal = new Terminal({
      fontFamily: token('--mono'),
      fontSize: 13,
      scrollback: SCROLLBACK,
      screenReaderMode: true,
      theme: themeNow(),
      // the shell does not learn of the program around it
      windowOptions: {},
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    openTerminal(terminal, element);
    terminal.textarea?.setAttribute('aria-label', `Shell for ${action}. F6 leaves it`);
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key === 'F6') return false;
      if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
        event.preventDefault();
        void navigator.clipboard.writeText(terminal.getSelection());
        return false;
      }
      return true;
    });
    terminal.onData((text) => void host.request('shells:write', {id, text}));
    terminal.onResize(({cols, rows}) => {
      void host.request('shells:resize', {id, size: {columns: Math.max(2, cols), rows}});
    });

    let shown: number | null = null;
    const early: ShellOutput[] = [];
    const show = ({text, end}: ShellOutput): void => {
      const fresh = text.slice(Math.max(0, text.length - (end - (shown ?? 0))));
      shown = end;
      terminal.write(paletteColours(fresh), () => void host.request('shells:taken', {id, end}));
    };
    const stopHearing = host.on('shell:output', (output) => {
      if (output.id !== id) return;
      if (shown === null) early.push(output);
      else show(output);
    });
    void host.request('shells:watch', {id}).then((answer) => {
      if (!answer.ok) return;
      const {text, end} = answer.value;
      shown = end;
      terminal.write(paletteColours(text));
      for (const output of early) if (output.end > end) show(output);
    });

    const look = new ResizeObserver(() => fit.fit());
    look.observe(element);
    fit.fit();
    terminal.focus();
    const theme = new MutationObserver(() => {
      terminal.options.theme = themeNow();
    });
    theme.observe(document.documentElement, {attributeFilter: ['data-theme']});
    return () => {
      look.disconnect();
      theme.disconnect();
      stopHearing();
      void host.request('shells:unwatch', {id});
      terminal.dispose();
    };
  }, [host, id, action]);

  return <div ref={place} className={styles.screen} data-ended={hasEnded} />;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The page's own colours, so that a shell is light or dark as it is. */
function themeNow(): ITheme {
  return {
    background: token('--panel'),
    foreground: token('--ink'),
    cursor: token('--accent'),
    cursorAccent: token('--panel'),
    selectionBackground: token('--accent-soft'),
    selectionForeground: token('--ink'),
    black: token('--ink'),
    white: token('--dim'),
    brightBlack: token('--faint'),
    brightWhite: token('--ink'),
    ...both('red', '--fail'),
    ...both('green', '--ok'),
    ...both('yellow', '--stale'),
    ...both('blue', '--accent'),
    ...both('magenta', '--mod'),
    ...both('cyan', '--min'),
  };
}

/** A colour and its bright form, which stands on the same ground. */
function both(name: string, of: string): ITheme {
  const value = token(of);
  return {[name]: value, [`bright${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`]: value};
}

/**
 * Opens a terminal in an element. xterm.js makes all its style sheets then, and knows nothing of a page's policy: for that
 * moment, style sheets are made with the page's nonce.
 */
function openTerminal(terminal: Terminal, element: HTMLElement): void {
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
