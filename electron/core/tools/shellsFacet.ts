import {randomBytes} from 'node:crypto';
import {StringDecoder} from 'node:string_decoder';
import type {shellRequests} from '../../../shared/contract/shellRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {failWith} from '../../../shared/errors';
import {ok} from '../../../shared/result';
import type {Shell} from '../../../shared/shell';
import type {Terminal, TerminalSize} from '../../executor/tools';
import type {ImagesFacet} from '../engines/imagesFacet';
import {openShell} from './openShell';
import type {StudyState} from '../studyState';

/** Shells in images of the study's actions. */
export interface ShellsFacet extends FacetOf<typeof shellRequests> {
  /** A shell that whoever asks takes for themselves, as the command line does; it is not among `list`. */
  take(action: string, size: TerminalSize | null): ReturnType<typeof openShell>;
  /** The actions of those that have not ended. */
  underWay(): readonly string[];
  closeAll(): Promise<void>;
}

/** Characters of a shell that are kept for whoever looks at it again. */
const KEPT_CHARACTERS = 200_000;
/** Characters that may be under way to a watcher before the shell has to wait. */
const UNDER_WAY_CHARACTERS = 200_000;
/** Shells that may be open at a time: each is a container with the limits of its job. */
const MOST = 8;

interface KeptShell {
  shell: Shell;
  readonly terminal: Terminal;
  kept: string;
  end: number;
  /** Up to where the watcher has taken it; null where nobody watches. */
  taken: number | null;
  /** Lets a shell that waits for its watcher go on. */
  goOn: () => void;
}

/** Creates it for a study. */
export function createShellsFacet(state: StudyState, images: ImagesFacet): ShellsFacet {
  const shells = new Map<string, KeptShell>();

  const change = (kept: KeptShell, ended: Shell['ended']): void => {
    kept.shell = {...kept.shell, ended};
    if (shells.has(kept.shell.id)) state.emit({kind: 'shell-changed', shell: kept.shell});
  };

  /** Passes on what it prints; where it is watched no faster than that is taken. */
  const follow = async (kept: KeptShell): Promise<void> => {
    const decoder = new StringDecoder('utf8');
    await kept.terminal.output(async (_stream, bytes) => {
      const text = decoder.write(bytes);
      kept.end += text.length;
      kept.kept = `${kept.kept}${text}`.slice(-KEPT_CHARACTERS);
      if (kept.taken === null) return;
      const {id} = kept.shell;
      state.emit({kind: 'shell-output', output: {id, text, end: kept.end}});
      while (kept.taken !== null && kept.end - kept.taken > UNDER_WAY_CHARACTERS)
        await new Promise<void>((goOn) => {
          kept.goOn = goOn;
        });
    });
    const ended = await kept.terminal.wait();
    change(
      kept,
      ended.ok
        ? {exitCode: ended.value, error: null}
        : {exitCode: null, error: ended.error.kind === 'cancelled' ? null : ended.error},
    );
  };

  const close = async ({id}: {readonly id: string}): Promise<void> => {
    const kept = shells.get(id);
    if (kept === undefined) return;
    shells.delete(id);
    kept.taken = null;
    kept.goOn();
    if (kept.shell.ended === null) await kept.terminal.stop();
  };

  const underWay = (): readonly string[] =>
    [...shells.values()].flatMap(({shell}) => (shell.ended === null ? [shell.action] : []));

  return {
    take: (action, size) => openShell(state, images, {action, asLeft: false}, size),
    async open({action, size, asLeft}) {
      if (underWay().length >= MOST)
        return failWith('invalid-request', `${MOST} shells are open already.`, {
          hint: 'Close one first.',
        });
      const opened = await openShell(state, images, {action, asLeft}, size);
      if (!opened.ok) return opened;
      const {terminal, image, command, notices} = opened.value;
      const id = randomBytes(8).toString('hex');
      if (state.isClosed()) {
        await terminal.stop();
        return failWith('cancelled', 'The study was closed.');
      }
      const kept: KeptShell = {
        shell: {id, action, image, command, notices, ended: null},
        ...{terminal, kept: '', end: 0, taken: null, goOn: () => undefined},
      };
      shells.set(id, kept);
      void follow(kept);
      return ok(kept.shell);
    },
    list() {
      for (const kept of shells.values()) {
        kept.taken = null;
        kept.goOn();
      }
      return [...shells.values()].map(({shell}) => shell);
    },
    underWay,
    async watch({id}) {
      const kept = shells.get(id);
      if (kept === undefined) return failWith('not-found', 'That shell was closed.');
      kept.taken = kept.end;
      kept.goOn();
      return ok({id, text: kept.kept, end: kept.end});
    },
    unwatch({id}) {
      const kept = shells.get(id);
      if (kept === undefined) return;
      kept.taken = null;
      kept.goOn();
    },
    taken({id, end}) {
      const kept = shells.get(id);
      if (kept === undefined || kept.taken === null) return;
      kept.taken = Math.min(Math.max(kept.taken, end), kept.end);
      kept.goOn();
    },
    write({id, text}) {
      shells.get(id)?.terminal.write(Buffer.from(text));
    },
    resize({id, size}) {
      void shells.get(id)?.terminal.resize(size);
    },
    close,
    async closeAll() {
      await Promise.all([...shells.keys()].map((id) => close({id})));
    },
  };
}
