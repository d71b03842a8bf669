import {TIER_LABELS, type Tier} from '../../shared/sensitivity';

const COLOURS: Readonly<Record<Tier, readonly [ink: string, ground: string]>> = {
  highly_sensitive: ['--high', '--high-soft'],
  moderately_sensitive: ['--mod', '--mod-soft'],
  minimally_sensitive: ['--min', '--min-soft'],
};

const HEIGHT = 24;
const PADDING = 10;

/** The pill of a tier as the address of a PNG, for where the system draws: under the pointer of a file that is dragged. */
export function tierPicture(tier: Tier): string {
  const canvas = document.createElement('canvas');
  const words = TIER_LABELS[tier];
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `600 12px ${style.fontFamily}`;
  const measured = canvas.getContext('2d');
  if (measured === null) throw new Error('This browser draws nothing.');
  measured.font = font;
  canvas.width = Math.ceil(measured.measureText(words).width) + 2 * PADDING;
  canvas.height = HEIGHT;
  // a canvas that gets another size forgets how it draws
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws nothing.');
  const [ink, ground] = COLOURS[tier];
  pen.fillStyle = colour(ground);
  pen.beginPath();
  pen.roundRect(0, 0, canvas.width, HEIGHT, 6);
  pen.fill();
  pen.font = font;
  pen.textBaseline = 'middle';
  pen.fillStyle = colour(ink);
  pen.fillText(words, PADDING, HEIGHT / 2 + 1);
  return canvas.toDataURL('image/png');
}
