import type {EngineChoice, FoundEngine} from '../../../shared/engine';
import {engineWords} from '../../../shared/engineWords';
import {ok} from '../../../shared/result';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** Means no engine in particular. */
const ANY = 'any';

/** `engines [--choose NAME]`: every engine of this computer with its state, and which one this study uses. */
export function enginesCommand(context: CommandContext, chosen: string | null): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const {console} = context;
    if (chosen !== null) {
      const done = await study.engines.choose({engine: chosen === ANY ? null : chosen});
      if (!done.ok) return done;
    }
    const core = await context.core();
    await study.engines.check('docker');
    const {engines, choice, used} = study.engines.list();
    const probed = await Promise.all(engines.map(async ({name}) => core.probeEngine(name)));
    const found = probed.filter((each) => each !== null);
    for (const each of found) console.json(engineLine(each, each.name === used));
    for (const line of columns(
      found.map((each) => [
        each.name === used ? '*' : ' ',
        each.name,
        each.title,
        engineWords(each),
      ]),
    ))
      console.print(line);
    if (found.length === 0) console.print('No container engine is known on this computer.');
    console.print(choiceText(choice));
    return ok(EXIT.done);
  });
}

function engineLine({name, title, address, status, latencyMs}: FoundEngine, used: boolean): object {
  const ready = status.state === 'ready';
  const down = status.state === 'down';
  return {
    name,
    title,
    address,
    used,
    state: ready ? 'running' : down ? status.trouble : 'unreachable',
    version: ready ? status.name : null,
    platform: ready ? status.platform : null,
    cpus: ready ? status.cpus : null,
    memoryBytes: ready ? status.memoryBytes : null,
    latencyMs: latencyMs === null ? null : Math.round(latencyMs * 10) / 10,
    message: down ? status.message : ready ? (status.concern?.message ?? null) : null,
    hint: down ? status.hint : ready ? (status.concern?.hint ?? null) : null,
  };
}

function choiceText({engine, by, variable}: EngineChoice): string {
  switch (by) {
    case 'command-line':
      return `--engine says: ${engine ?? ANY}.`;
    case 'environment':
      return `${variable ?? 'The environment'} says which one is used.`;
    case 'study':
      return `This study uses ${engine ?? ANY}; \`engines --choose ${ANY}\` takes that back.`;
    case 'user':
      return `Your settings say: ${engine ?? ANY}.`;
    case 'default':
      return 'None was chosen: the first that answers is used. `engines --choose NAME` chooses one for this study.';
  }
}
