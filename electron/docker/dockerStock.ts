import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {EngineStock, StockItem} from '../executor/executor';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {imageListReply, stockReply} from './engineReplies';

/** What lies in a container engine. */
export class DockerStock implements EngineStock {
  constructor(private readonly engine: EngineConnection) {}

  async list(): Promise<Result<readonly StockItem[], AppError>> {
    try {
      const client = await this.engine.client();
      const listed = client.listImages();
      const {Containers, Volumes} = stockReply.parse(await client.df());
      // Podman gives its images' names and labels here alone
      const images = imageListReply.parse(await listed);
      const used = new Set(Containers.map(({ImageID}) => digits(ImageID)));
      return ok([
        ...Containers.map(({Id, Names, Image, Labels, State, SizeRw}): StockItem => ({
          kind: 'container',
          id: Id,
          name: (Names[0] ?? Id).replace(/^\//u, ''),
          image: Image,
          bytes: SizeRw,
          labels: Labels,
          inUse: !['exited', 'dead', 'created', 'stopped'].includes(State),
        })),
        ...Volumes.map(({Name, Labels, UsageData}): StockItem => ({
          ...{kind: 'volume', id: Name, name: Name, image: null, labels: Labels},
          bytes: (UsageData?.Size ?? -1) < 0 ? null : (UsageData?.Size ?? null),
          inUse: (UsageData?.RefCount ?? 1) > 0,
        })),
        ...images.flatMap((image): readonly StockItem[] => {
          const {Id, Labels, Size} = image;
          const inUse = used.has(digits(Id));
          const rest = {kind: 'image', labels: Labels, inUse} as const;
          const tags = image.RepoTags.filter((tag) => tag !== '<none>:<none>');
          if (tags.length === 0)
            return [
              {
                ...rest,
                id: Id,
                name: digits(Id).slice(0, 12),
                image: null,
                bytes: Size,
              },
            ];
          // of several names none can be said to hold the bytes
          const bytes = tags.length === 1 ? Size : null;
          return tags.map((tag) => ({...rest, id: tag, name: tag, image: Id, bytes}));
        }),
      ]);
    } catch (error) {
      return err(engineError(error, 'list what it holds'));
    }
  }

  async remove({kind, id}: StockItem, force: boolean): Promise<Result<null, AppError>> {
    try {
      const client = await this.engine.client();
      if (kind === 'container') await client.getContainer(id).remove({force, v: true});
      else if (kind === 'volume') await client.getVolume(id).remove();
      else await client.getImage(id).remove();
      return ok(null);
    } catch (error) {
      if (failedStatus(error) === 404) return ok(null);
      return err(engineError(error, `remove ${id}`));
    }
  }
}

/** An id as both engines have it: one of them puts its kind before it. */
function digits(id: string): string {
  return id.replace('sha256:', '');
}
