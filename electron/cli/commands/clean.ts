import {bytesOf, type Leftover} from '../../../shared/cleanUp';
import {type AppError, type AppErrorKind, failWith} from '../../../shared/errors';
import {formatBytes, formatPlural} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import {settleFirst} from '../carryOut';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** What is asked of `clean`. */
export interface CleanOptions {
  /** Only list it. */
  readonly dryRun: boolean;
  /** With what something is lost with too, but for images: whether another study needs one is not known. */
  readonly all: boolean;
  /** Images that go too, by their names. */
  readonly image: readonly string[];
}

/** Why a run that was cut off may be left as it is while the rest is cleaned up. */
const LEAVES_RUN_ALONE: ReadonlySet<AppErrorKind> = new Set([
  'study-busy',
  'no-engine',
  'file-system',
]);

/** `clean [--dry-run] [--all] [--image NAME]`: removes what earlier runs have left, or only lists it. */
export function cleanCommand(
  context: CommandContext,
  {dryRun, all, image}: CleanOptions,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const {console} = context;
    if (!dryRun) {
      const settled = await settleFirst(context, study);
      // what belongs to a run without an end is left alone; where the disk is full, that makes the room it waits for
      if (!settled.ok && !LEAVES_RUN_ALONE.has(settled.error.kind)) return settled;
      if (!settled.ok && settled.error.kind === 'file-system')
        console.warn(`${settled.error.message} ${settled.error.why ?? ''}`.trim());
    }
    const found = await study.cleanUp.preview();
    if (!found.ok) return found;
    const {leftovers, engineError, leftOut} = found.value;
    for (const said of [engineError, leftOut]) if (said !== null) console.warn(said);
    const unknown = image.find((name) => !leftovers.some((each) => isImage(each, name)));
    if (unknown !== undefined) return notLeftOver(unknown);
    const chosen = leftovers.filter(
      (each) =>
        each.loss === null ||
        (each.kind === 'image' ? image.some((name) => isImage(each, name)) : all),
    );
    if (dryRun || chosen.length === 0) {
      for (const leftover of leftovers) console.json({...leftover, removed: false, reason: null});
      for (const line of columns(
        leftovers.map(({kind, name, bytes, why, loss}) => [
          kind,
          name,
          bytes === null ? '?' : formatBytes(bytes),
          loss === null ? why : `${why}. Only with ${optionOf(kind, name)}: ${loss}`,
        ]),
      ))
        console.print(line);
      console.print(
        chosen.length === 0
          ? `Nothing to clean up${leftovers.length === 0 ? '' : ' except what may still be useful'}.`
          : `${formatPlural(chosen.length, 'thing')}, ${formatBytes(bytesOf(chosen))} in all. Without --dry-run they are removed.`,
      );
      return ok(engineError === null ? EXIT.done : EXIT.noEngine);
    }
    const done = await study.cleanUp.remove({leftovers: chosen});
    if (!done.ok) return done;
    const {removed, kept, bytesBefore, bytesAfter} = done.value;
    for (const leftover of removed) console.json({...leftover, removed: true, reason: null});
    for (const {leftover, reason} of kept) {
      console.json({...leftover, removed: false, reason});
      console.warn(`${leftover.name} is still there. ${reason}`);
    }
    console.json({bytesBefore, bytesAfter});
    console.print(
      `${formatPlural(removed.length, 'thing')} removed: ${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} now.`,
    );
    return ok(kept.length > 0 ? EXIT.failed : engineError === null ? EXIT.done : EXIT.noEngine);
  });
}

/** Named as it is listed: one that lost its name, by its id. */
function isImage({kind, id, name}: Leftover, wanted: string): boolean {
  return kind === 'image' && (name === wanted || id === wanted);
}

/** With which option it goes. */
function optionOf(kind: Leftover['kind'], name: string): string {
  return kind === 'image' ? `--image ${name}` : '--all';
}

function notLeftOver(image: string): Result<never, AppError> {
  return failWith('not-found', `The image ${image} can't be cleaned up.`, {
    why: 'There is no such image, this study needs it, a container uses it, or it is not an OpenSAFELY image.',
    hint: '`study-desk clean --dry-run` lists those that can.',
  });
}
