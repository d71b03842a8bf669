import {useEffect, useState} from 'react';

/** Colours of the current theme as the canvas needs them, by token. */
export type Palette = Readonly<
  Record<
    | 'bg'
    | 'panel'
    | 'line'
    | 'ink'
    | 'dim'
    | 'faint'
    | 'accent'
    | 'accent-soft'
    | 'ok'
    | 'fail'
    | 'stale'
    | 'sans',
    string
  >
>;

/** The tokens' values now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (token: string): string => style.getPropertyValue(`--${token}`).trim() || '#888888';
  return {
    bg: value('bg'),
    panel: value('panel'),
    line: value('line'),
    ink: value('ink'),
    dim: value('dim'),
    faint: value('faint'),
    accent: value('accent'),
    'accent-soft': value('accent-soft'),
    ok: value('ok'),
    fail: value('fail'),
    stale: value('stale'),
    sans: style.getPropertyValue('--sans').trim() || 'sans-serif',
  };
}

/** The tokens' values, again whenever the theme or the system's colours change. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(readPalette);
  useEffect(() => {
    const refresh = (): void => setPalette(readPalette());
    const observer = new MutationObserver(refresh);
    observer.observe(document.documentElement, {attributes: true});
    const forced = matchMedia('(forced-colors: active)');
    forced.addEventListener('change', refresh);
    return () => {
      observer.disconnect();
      forced.removeEventListener('change', refresh);
    };
  }, []);
  return palette;
}
