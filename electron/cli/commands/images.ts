import type {ImageUpdate} from '../../../shared/engine';
import {formatBytes, formatPlural, formatWhen} from '../../../shared/format';
import type {ImageListing, StudyImage} from '../../../shared/images';
import {failWith} from '../../../shared/errors';
import {ok} from '../../../shared/result';
import {resolve} from 'node:path';
import type {Study} from '../../core/study';
import {writeFileAtomically} from '../../files/writeAtomically';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** Options of `images`. */
export interface ImagesOptions {
  readonly check: boolean;
  readonly save?: string;
  readonly load?: string;
}

/** `images`: which images the study needs and which are here; with `save` and `load` the way by a file. */
export function imagesCommand(context: CommandContext, options: ImagesOptions): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const {console} = context;
    if (options.load !== undefined) {
      const loaded = await study.images.load(resolve(options.load));
      if (!loaded.ok) return loaded;
      for (const image of loaded.value) console.json({loaded: image});
      console.print(`Loaded: ${loaded.value.join(', ')}.`);
      return ok(EXIT.done);
    }
    const listed = await study.images.list();
    if (!listed.ok) return listed;
    if (options.save !== undefined) return saveImages(context, study, listed.value, options.save);
    const names = listed.value.images.map(({image}) => image);
    const newest = options.check ? await study.images.newest({images: names}) : ok([]);
    if (!newest.ok) return newest;
    const updates = new Map(newest.value.map((each) => [each.image, each]));
    for (const image of listed.value.images)
      console.json(imageLine(image, updates.get(image.image) ?? null));
    const rows = listed.value.images.map((image) => [
      image.image,
      stateWords(image, updates.get(image.image) ?? null),
      `needed by ${formatPlural(image.neededBy.length, 'action')}`,
    ]);
    for (const line of columns(rows)) console.print(line);
    for (const token of listed.value.notYetKnown)
      console.print(`${token}: its image is known once the action has been fetched.`);
    if (rows.length === 0) console.print('The study needs no image that is known yet.');
    return ok(EXIT.done);
  });
}

async function saveImages(
  {console}: CommandContext,
  study: Study,
  {images}: ImageListing,
  file: string,
) {
  const here = images.filter(({present}) => present).map(({image}) => image);
  if (here.length < images.length)
    return failWith('image-missing', `Not on this computer: ${missing(images).join(', ')}.`, {
      hint: 'Download them first: `study-desk pull`.',
    });
  const content = await study.images.save(here);
  if (!content.ok) return content;
  const path = resolve(file);
  try {
    await writeFileAtomically(path, content.value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failWith('file-system', `"${path}" could not be written.`, {why});
  }
  console.json({path, images: here});
  console.print(`Saved ${formatPlural(here.length, 'image')} to ${path}.`);
  return ok(EXIT.done);
}

function missing(images: readonly StudyImage[]): readonly string[] {
  return images.filter(({present}) => !present).map(({image}) => image);
}

function stateWords(image: StudyImage, update: ImageUpdate | null): string {
  const parts = image.present
    ? [
        `here, ${image.sizeBytes === null ? 'size not known' : formatBytes(image.sizeBytes)}`,
        ...(image.createdAt === null ? [] : [`made ${formatWhen(image.createdAt, new Date())}`]),
        ...(image.emulated ? ['emulated'] : []),
      ]
    : ['missing'];
  if (update?.state === 'newer') parts.push('a newer one is there');
  if (update?.state === 'up-to-date') parts.push('the newest');
  if (update?.state === 'unknown') parts.push('not known whether it is the newest');
  if (update?.state === 'not-here' && update.downloadBytes !== null)
    parts.push(`${formatBytes(update.downloadBytes)} to download`);
  return parts.join(', ');
}

function imageLine(image: StudyImage, update: ImageUpdate | null): object {
  const {present, id, digest, sizeBytes, createdAt, architecture, emulated, neededBy} = image;
  return {
    ...{image: image.image, present, id, digest, sizeBytes, createdAt, architecture, emulated},
    ...{neededBy, update: update?.state ?? null, downloadBytes: update?.downloadBytes ?? null},
  };
}
