import {join} from 'node:path';
import type {Limits} from '../../../shared/engine';
import {failWith} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {StagedEntry} from '../../executor/executor';
import type {Terminal, TerminalSize} from '../../executor/tools';
import {filesBelow} from '../../files/filesBelow';
import {fileSystemError} from '../../files/fileSystemError';
import {thisProcess} from '../../files/processIdentity';
import {stageInputs} from '../../files/stageCode';
import {keptFolder} from '../../runs/studyFolder';
import {shellJoin} from '../../study/tokenise';
import type {ImagesFacet} from '../engines/imagesFacet';
import type {Answer} from '../studyContext';
import {copyForAction} from './actionCopy';
import type {StudyState} from '../studyState';

/** A shell that has begun. */
export interface OpenedShell {
  readonly terminal: Terminal;
  /** Full image name. */
  readonly image: string;
  /** What the job would run, as it is typed in a shell. */
  readonly command: string;
  readonly limits: Limits;
  /** What of its inputs is not there, in sentences. */
  readonly notices: readonly string[];
}

/** The image's bash, else its sh; at a terminal with a prompt. */
const SHELL = (interactive: boolean): string => {
  const flag = interactive ? ' -i' : '';
  return `command -v bash >/dev/null 2>&1 && exec bash${flag}; exec sh${flag}`;
};

/**
 * Opens a shell in an action's image, on a copy of the code and inputs that its job would be given, with the job's user,
 * limits and network, and `asLeft` with what its failed attempt had made; `size` null is one that reads its commands from a pipe.
 */
export async function openShell(
  state: StudyState,
  images: ImagesFacet,
  {action, asLeft}: {readonly action: string; readonly asLeft: boolean},
  size: TerminalSize | null,
): Answer<OpenedShell> {
  const {context, snapshot} = state;
  const {project} = snapshot();
  const found = project?.actions.find((each) => each.name === action);
  if (project === null || found === undefined)
    return failWith('not-found', `There is no action ${action} to open a shell for.`, {
      hint:
        project === null
          ? '`study-desk validate` lists what is wrong with project.yaml.'
          : '`study-desk graph` lists the actions.',
    });
  const copied = await copyForAction(state, images, project, found);
  if (!copied.ok) return copied;
  const {definition, studyId, notices, backend} = copied.value;
  const left = asLeft ? await filesLeft(state, action) : ok([]);
  if (!left.ok) return left;
  const staging = {
    ...copied.value.staging,
    inputs: [...copied.value.staging.inputs, ...left.value],
  };
  const tools = context.executors.toolsOf('docker');
  const usual = await tools.command(definition.image);
  if (!usual.ok) return usual;
  const {entrypoint, command} = usual.value;
  const args = definition.args.length === 0 ? command : definition.args;
  const terminal = await tools.open(
    {
      kind: 'shell',
      studyId,
      process: JSON.stringify(await thisProcess()),
      names: [],
      image: definition.image,
      entrypoint: ['/bin/sh', '-c', SHELL(size !== null)],
      args: [],
      env: {OPENSAFELY_BACKEND: backend, ...definition.env},
      user: 'mine',
      limits: definition.limits,
      network: false,
      workspace: {kind: 'copy', staging},
      port: null,
    },
    size,
  );
  if (!terminal.ok) return terminal;
  const {image, limits} = definition;
  return ok({
    ...{terminal: terminal.value, image, limits, notices},
    command: shellJoin([...entrypoint, ...args]),
  });
}

/** What the action's failed attempt had made, for the places where it had made them. */
async function filesLeft({dir}: StudyState, action: string): Answer<readonly StagedEntry[]> {
  const kept = join(dir, ...keptFolder(action).split('/'));
  try {
    const files = await filesBelow(kept);
    return await stageInputs(
      kept,
      files.map(({path}) => path),
    );
  } catch (error) {
    return err(fileSystemError(`The files kept of ${action} could not be read.`, error));
  }
}
