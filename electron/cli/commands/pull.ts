import {type AppError, failWith} from '../../../shared/errors';
import {formatBytes} from '../../../shared/format';
import type {ImagePull} from '../../../shared/images';
import {err, ok, type Result} from '../../../shared/result';
import type {Study} from '../../core/study';
import {type CommandContext, errorObject, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** Image names that can be asked for, with the version that is meant where none is given. */
const VERSIONS: Readonly<Record<string, string>> = {
  ...{ehrql: 'v1', python: 'v2', r: 'v2', 'stata-mp': 'v1', sqlrunner: 'v1'},
  ...{cohortextractor: 'latest', databuilder: 'v1', jupyter: 'v1', rstudio: 'v2'},
};

/** `pull [IMAGE…] [--project]`: downloads the images named, those the study needs, or all that are here anew. */
export function pullCommand(
  context: CommandContext,
  names: readonly string[],
  project: boolean,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const {console} = context;
    const wanted = await wantedImages(study, names, project);
    if (!wanted.ok) return wanted;
    if (wanted.value.length === 0) console.print('There is nothing to download.');
    let failed: AppError | null = null;
    const stop = (): void => {
      for (const image of wanted.value) void study.images.stopPull({image});
    };
    process.on('SIGINT', stop);
    const stopListening = study.subscribe((event) => {
      if (event.kind !== 'pulls-changed') return;
      const current = event.pulls.find(({state}) => state === 'under-way');
      console.progress(current === undefined ? null : progressText(current));
    });
    try {
      for (const image of wanted.value) {
        if (failed?.kind === 'cancelled') break;
        console.print(`Downloading ${image}.`);
        const done = await study.images.pull(image);
        console.json({
          ...{image, pulled: done.ok, error: done.ok ? null : errorObject(done.error)},
        });
        if (!done.ok) {
          console.warn(done.error.message);
          failed = done.error;
        }
      }
    } finally {
      process.removeListener('SIGINT', stop);
      stopListening();
    }
    return failed === null ? ok(EXIT.done) : err(failed);
  });
}

async function wantedImages(
  study: Study,
  names: readonly string[],
  project: boolean,
): Promise<Result<readonly string[], AppError>> {
  const listed = await study.images.list();
  if (!listed.ok) return listed;
  if (names.length > 0) return namedImages(names, listed.value.registry);
  return project ? ok(listed.value.images.map(({image}) => image)) : study.images.local();
}

function namedImages(
  names: readonly string[],
  registry: string,
): Result<readonly string[], AppError> {
  const images: string[] = [];
  for (const given of names) {
    const [name = '', version] = given.split(':');
    const usual = VERSIONS[name];
    if (usual === undefined)
      return failWith('invalid-request', `\`${given}\` is no image of OpenSAFELY.`, {
        hint: `Those that there are: ${Object.keys(VERSIONS).join(', ')}.`,
      });
    images.push(`${registry}/${name}:${version ?? usual}`);
  }
  return ok(images);
}

function progressText({image, progress}: ImagePull): string {
  const {downloadedBytes, totalBytes, phase} = progress;
  const total = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
  return phase === 'resolving'
    ? `${image}: asking the registry…`
    : `${image}: ${formatBytes(downloadedBytes)}${total}${phase === 'extracting' ? ', unpacking' : ''}`;
}
