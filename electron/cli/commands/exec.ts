import {ok} from '../../../shared/result';
import {SHELL_DIFFERENCES} from '../../../shared/shell';
import type {Study} from '../../core/study';
import type {TypedCommand} from '../../core/tools/toolsFacet';
import {shellJoin} from '../../study/tokenise';
import type {CommandContext} from '../command';
import {inTerminal} from '../typedTerminal';

/** The options of `exec`. */
export interface ExecOptions {
  readonly entrypoint?: string;
  readonly env: readonly string[];
  readonly user?: string;
  readonly memory?: number;
  readonly cpus?: number;
  readonly verbose: boolean;
}

/**
 * `exec IMAGE[:VERSION] [ARGS…]`: carries a command out in an image, on the study's own folder; answers its exit code.
 */
export function execCommand(
  context: CommandContext,
  image: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const {console} = context;
  const refusesJson = '`exec` prints what its command prints, and no JSON.';
  return inTerminal(context, refusesJson, async (study, size) => {
    const {memoryBytes, cpus} = study.settings.current().values;
    const command: TypedCommand = {
      image,
      args,
      entrypoint: options.entrypoint ?? null,
      env: environmentOf(options.env),
      user: userOf(options.user),
      limits: {memoryBytes: options.memory ?? memoryBytes, cpus: options.cpus ?? cpus},
    };
    const older = versionRemark(study, image);
    if (older !== null) console.warn(older);
    if (options.verbose) console.warn(`In ${study.tools.fullImage(image)}: ${shellJoin(args)}`);
    const opened = await study.tools.run(command, size);
    return opened.ok ? ok({terminal: opened.value, remarks: []}) : opened;
  });
}

/** As `docker run` takes them: `NAME=VALUE`, or `NAME` for the value it has here. */
function environmentOf(given: readonly string[]): Readonly<Record<string, string>> {
  const pairs = given.flatMap((text): readonly (readonly [string, string])[] => {
    const split = text.indexOf('=');
    if (split > 0) return [[text.slice(0, split), text.slice(split + 1)]];
    const here = process.env[text];
    return here === undefined ? [] : [[text, here]];
  });
  return Object.fromEntries(pairs);
}

function userOf(user: string | undefined): TypedCommand['user'] {
  if (user === undefined) return 'mine';
  return ['none', 'no', 'false'].includes(user.toLowerCase()) ? 'image' : {as: user};
}

/** Without a version an image is its oldest one, as in the reference; a study may use another. */
function versionRemark(study: Study, image: string): string | null {
  if (image.includes(':')) return null;
  const actions = study.project.snapshot().project?.actions ?? [];
  const used = actions.find(({run}) => run.imageName === image && run.imageTag !== 'latest');
  const study_ = used === undefined ? '' : ` This study uses ${image}:${used.run.imageTag}.`;
  return `\`${image}\` without a version is its oldest one, v1.${study_}`;
}

/** `shell ACTION`: a shell in the action's image, on a copy of what its job would be given; answers its exit code. */
export function shellCommand(context: CommandContext, action: string): Promise<number> {
  const refusesJson = '`shell` prints what is typed and printed in it, no JSON.';
  return inTerminal(context, refusesJson, async (study, size) => {
    const opened = await study.shells.take(action, size);
    if (!opened.ok) return opened;
    const {terminal, image, command, notices} = opened.value;
    const remarks = [
      ...notices,
      `A shell for ${action} in ${image}.`,
      ...SHELL_DIFFERENCES.map((difference) => `- ${difference}`),
      `Its command: ${command}`,
    ];
    return ok({terminal, remarks});
  });
}
