import type {OutputVersion} from '../../../shared/comparison';
import type {HostApi} from '../../../shared/contract/contract';
import type {AppError} from '../../../shared/errors';
import {formatCount, formatPlural} from '../../../shared/format';
import type {OutputContent} from '../../../shared/output';
import {comparePixels, type Picture, type PixelDifference} from './comparePixels';

/** Most dots of a picture that are compared one by one: what a window can hold three times over. */
const MOST_DOTS = 40_000_000;

/** A version of a picture that the page can draw. */
export interface DrawnPicture {
  readonly url: string;
  /** Dots. */
  readonly width: number;
  readonly height: number;
  /** Null where its dots can't be had, or are too many. */
  readonly picture: Picture | null;
}

/** Two versions of a picture, or why there are none. */
export type LoadedPictures =
  | {readonly kind: 'failed'; readonly error: AppError}
  | {readonly kind: 'other'; readonly reason: string}
  | {
      readonly kind: 'loaded';
      readonly old: DrawnPicture;
      readonly now: DrawnPicture;
      /** Null where the dots of one of them are not known. */
      readonly difference: PixelDifference | null;
    };

/** Asks for two versions of a picture and compares them; whoever asks lets go of `urls`. */
export async function loadPictures(
  host: HostApi,
  pair: {readonly path: string; readonly old: OutputVersion; readonly now: OutputVersion},
  urls: string[],
): Promise<LoadedPictures> {
  const [before, after] = [
    await loadOne(host, pair.path, pair.old, urls),
    await loadOne(host, pair.path, pair.now, urls),
  ];
  if ('kind' in before) return before;
  if ('kind' in after) return after;
  const difference =
    before.picture === null || after.picture === null
      ? null
      : comparePixels(before.picture, after.picture);
  return {kind: 'loaded', old: before, now: after, difference};
}

async function loadOne(
  host: HostApi,
  path: string,
  version: OutputVersion,
  urls: string[],
): Promise<DrawnPicture | Exclude<LoadedPictures, {readonly kind: 'loaded'}>> {
  const answer = await host.request('outputs:readVersion', {path, version});
  if (!answer.ok) return {kind: 'failed', error: answer.error};
  if (answer.value.kind !== 'image')
    return {kind: 'other', reason: 'One of the versions is not a picture that can be shown.'};
  return (
    (await draw(answer.value, urls)) ?? {kind: 'other', reason: 'One of the pictures is damaged.'}
  );
}

/** How far two pictures differ; never that they don't where that was not looked at. */
export function pictureWords({
  old,
  now,
  difference,
}: Extract<LoadedPictures, {readonly kind: 'loaded'}>): string {
  const size = ({width, height}: DrawnPicture): string => `${width} × ${height}`;
  const resized = size(old) === size(now) ? '' : ` · ${size(old)} became ${size(now)}`;
  if (difference === null) return `The files differ; their pixels could not be compared${resized}`;
  const {changed, picture} = difference;
  if (changed === 0) return 'No visible change: only the bytes of the files differ';
  const share = (changed / (picture.width * picture.height)) * 100;
  const percent = share < 0.01 ? 'under 0.01 %' : `${share.toFixed(2)} %`;
  return `${formatPlural(changed, 'pixel')} of ${formatCount(picture.width * picture.height)} differ, ${percent}${resized}`;
}

async function draw(
  {bytes, mediaType}: Extract<OutputContent, {readonly kind: 'image'}>,
  urls: string[],
): Promise<DrawnPicture | null> {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: mediaType}));
  urls.push(url);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return null;
  }
  const {naturalWidth: width, naturalHeight: height} = image;
  return {url, width, height, picture: pixelsOf(image, width, height)};
}

/** The dots of an image; null where they are too many, or the page may not have them. */
function pixelsOf(image: HTMLImageElement, width: number, height: number): Picture | null {
  if (width * height === 0 || width * height > MOST_DOTS) return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', {willReadFrequently: true});
  if (context === null) return null;
  context.drawImage(image, 0, 0);
  try {
    return context.getImageData(0, 0, width, height);
  } catch {
    // an SVG with parts of HTML in it is not given away
    return null;
  }
}
