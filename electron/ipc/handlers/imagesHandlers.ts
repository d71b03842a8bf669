import type {imageRequests} from '../../../shared/contract/imageRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** The images of the window's study. */
export function imagesHandlers(context: HandlerContext): Handlers<keyof typeof imageRequests> {
  const {desktop} = context;
  return {
    'images:list': (windowId) => withStudy(context, windowId, ({images}) => images.list()),
    'images:newest': (windowId, {images: names}) =>
      withStudy(context, windowId, ({images}) => images.newest(names)),
    'images:pulls': (windowId) =>
      withStudy(context, windowId, async ({images}) => ok(images.pulls())),
    'images:pull': (windowId, {images: names}) =>
      withStudy(context, windowId, async ({images}) => {
        // how each ends is told by its event
        for (const name of names) void images.pull(name);
        return ok(null);
      }),
    'images:stop-pull': (windowId, {image}) =>
      withStudy(context, windowId, async ({images}) => {
        images.stopPull(image);
        return ok(null);
      }),
    'images:save': (windowId, {images: names}) =>
      withStudy(context, windowId, async (study) => {
        const content = await study.images.save(names);
        if (!content.ok) return content;
        const name = `${study.project.snapshot().name}-images.tar`;
        const saved = await desktop.exportFile(windowId, name, content.value);
        // unread where the user changed their mind
        content.value.destroy();
        return saved;
      }),
    'images:load': (windowId) =>
      withStudy<readonly string[] | null>(context, windowId, async ({images}) => {
        const file = await desktop.chooseImageFile(windowId);
        return file === null ? ok(null) : images.load(file);
      }),
  };
}
