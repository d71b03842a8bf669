import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {EngineStock, StockItem} from '../engine/executor';
import type {EngineConnection} from './engineConnection';
import {engineError, failedStatus} from './engineError';
import {stockReply} from './engineReplies';

/** What lies in a container engine. */
export class DockerStock implements EngineStock {
  constructor(private readonly engine: EngineConnection) {}

  async list(): Promise<Result<readonly StockItem[], AppError>> {
    try {
      const client = await this.engine.client();
      const {Containers, Images, Volumes} = stockReply.parse(await client.df());
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
        ...Images.map(({Id, RepoTags, Labels, Size, Containers: users}): StockItem => ({
          kind: 'image',
          id: Id,
          name:
            RepoTags.find((tag) => tag !== '<none>:<none>') ??
            Id.replace('sha256:', '').slice(0, 12),
          image: RepoTags.some((tag) => tag !== '<none>:<none>') ? Id : null,
          bytes: Size,
          labels: Labels,
          inUse: users > 0 || Containers.some(({ImageID}) => ImageID === Id),
        })),
      ]);
    } catch (error) {
      return err(engineError(error, 'tell what it holds'));
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
