import {ok} from '../../../shared/result';
import type {Study} from '../../core/study';
import type {Desktop} from '../desktop';
import type {Answers, WindowContext, WindowRequests} from '../windowAnswers';

/** What asks the computer around a study: its engines, images, tools and doctor. */
export function computerAnswers({
  core,
  desktop,
}: WindowContext): Answers<WindowRequests<'engines' | 'images' | 'tools' | 'doctor'>> {
  const checking = new Map<number, AbortController>();
  const doctorOf = async (study: Study | null) => study?.doctor ?? (await core()).doctor;
  const signalOf = (windowId: number): AbortSignal => {
    const stop = checking.get(windowId) ?? new AbortController();
    checking.set(windowId, stop);
    return stop.signal;
  };
  return {
    'engines:check': async ({study}) => {
      const {executor} = desktop.settings();
      return ok(
        await (study === null
          ? (await core()).checkEngine(executor)
          : study.engines.check(executor)),
      );
    },
    'engines:list': async ({study}) => ok(study?.engines.list() ?? (await core()).listEngines()),
    'engines:probe': async (_caller, {engine}) => ok(await (await core()).probeEngine(engine)),
    'engines:start': async (_caller, {engine}) => (await core()).startEngine(engine),

    'images:pull': async ({study}, {images}) => {
      // events say how each goes on and ends
      for (const image of images) void study.images.pull(image);
      return ok(null);
    },
    'images:save': async ({windowId, study}, {images}) => {
      const content = await study.images.save(images);
      if (!content.ok) return content;
      const name = `${study.project.snapshot().name}-images.tar`;
      const saved = await desktop.exportFile(windowId, name, content.value);
      // unread where the user changed their mind
      content.value.destroy();
      return saved;
    },
    'images:load': async ({windowId, study}) => {
      const file = await desktop.chooseImageFile(windowId);
      return file === null ? ok(null) : study.images.load(file);
    },

    'tools:launch': async ({study}, {tool}) => {
      const launched = await study.tools.launch(tool, {});
      if (!launched.ok || !launched.value.answers) return launched;
      const opened = await openTool(study, desktop, launched.value.tool.id);
      return opened.ok ? launched : opened;
    },
    'tools:open': ({study}, {id}) => openTool(study, desktop, id),

    'doctor:check': async ({windowId, study}, {check, ...leave}) => {
      const signal = signalOf(windowId);
      return ok(await (await doctorOf(study)).check(check, leave, signal));
    },
    'doctor:stop': async ({windowId}) => {
      checking.get(windowId)?.abort();
      checking.delete(windowId);
      return ok(null);
    },
    'doctor:report': async ({windowId, study}, {asksRegistry}) => {
      const signal = signalOf(windowId);
      const leave = {asksRegistry, repairs: false};
      return ok(await (await doctorOf(study)).report(leave, signal));
    },
  };
}

async function openTool({tools}: Study, desktop: Desktop, id: string) {
  const entrance = await tools.entrance(id);
  return entrance.ok ? desktop.openAddress(entrance.value.address) : entrance;
}
