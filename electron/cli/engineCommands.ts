import type {Command} from 'commander';
import type {ExecutorKind} from '../../shared/engine';
import type {SomeSettings} from '../../shared/settings';
import {executorOption} from './arguments';
import type {CommandContext} from './command';
import {cleanCommand, type CleanOptions} from './commands/clean';
import {doctorCommand, type DoctorOptions} from './commands/doctor';
import {enginesCommand} from './commands/engines';
import {tryImageCommand} from './commands/tryImage';
import {imagesCommand, type ImagesOptions} from './commands/images';
import {pullCommand} from './commands/pull';
import {unzipCommand} from './commands/unzip';

/** Runs one command to its exit code. */
export type Perform = (
  work: (context: CommandContext) => Promise<number>,
  /** What its options say of settings. */
  said?: SomeSettings,
) => Promise<void>;

/** Commands about the computer, its container engines and what lies on its disk. */
export function addEngineCommands(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .description('check whether this computer and this study are ready to run')
    .addOption(executorOption())
    .option('--network', 'ask the registry of images too', false)
    .option('--report <file>', 'write a report for support, without your data')
    .action(({executor, ...options}: DoctorOptions & {executor?: ExecutorKind}) =>
      perform((here) => doctorCommand(here, options), executor === undefined ? {} : {executor}),
    );
  program
    .command('engines')
    .description('list the container engines of this computer')
    .option('--choose <name>', 'use this engine for the study; `any` for the first one found')
    .action(({choose}: {choose?: string}) =>
      perform((here) => enginesCommand(here, choose ?? null)),
    );
  program
    .command('try-image')
    .description('run an action on another image too, in a copy, and compare its outputs')
    .argument('<action>')
    .argument('[image]', 'such as r:v3; by default what takes the place of an image that is to go')
    .option('--apply', 'then change project.yaml to it, where the action succeeded', false)
    .action((action: string, image: string | undefined, options: {apply: boolean}) =>
      perform((here) => tryImageCommand(here, action, image ?? null, options)),
    );
  program
    .command('images')
    .description('list the images that the study needs, and which are on this computer')
    .option('--check', 'ask the registry whether there are newer ones', false)
    .option('--save <file>', 'write images to a tar, for a computer without network')
    .option('--load <file>', 'load images from such a tar')
    .action((options: ImagesOptions) => perform((here) => imagesCommand(here, options)));
  program
    .command('pull')
    .description('download images')
    .argument('[images...]', 'such as r:v3; by default all images on this computer are updated')
    .option('--project', 'those that the study needs', false)
    .action((names: string[], {project}: {project: boolean}) =>
      perform((here) => pullCommand(here, names, project)),
    );
  program
    .command('clean')
    .description('remove what earlier runs left in the engine and in the study')
    .option('--dry-run', 'only list what would be removed, and its size', false)
    .option('--all', 'also what is still of use: earlier logs, caches', false)
    .option('--image <name...>', "also this image, which the study doesn't need", [])
    .action((options: CleanOptions) => perform((here) => cleanCommand(here, options)));
  program
    .command('unzip')
    .description('unpack .gz files beside them')
    .argument('<path>', 'a .gz file, or a folder that holds some')
    .action((path: string) => perform((here) => unzipCommand(here, path)));
}
