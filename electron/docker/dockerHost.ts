import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {EngineHost, EngineHostFacts} from '../engine/executor';
import type {EngineConnection} from './engineConnection';
import {engineError} from './engineError';
import {infoReply} from './engineReplies';
import {freeBytes} from './engineTrouble';

/** The computer of a container engine. */
export class DockerHost implements EngineHost {
  constructor(private readonly engine: EngineConnection) {}

  async look(): Promise<Result<EngineHostFacts, AppError>> {
    try {
      const client = await this.engine.client();
      const isLocal = await this.engine.isLocal();
      const before = Date.now();
      const info: unknown = await client.info();
      const after = Date.now();
      const {SystemTime, HttpProxy, HttpsProxy, DockerRootDir} = infoReply.parse(info);
      const told = Date.parse(SystemTime ?? '');
      const knowsProxies = typeof HttpProxy === 'string' && typeof HttpsProxy === 'string';
      return ok({
        isLocal,
        // it looked at its clock at some time in between
        clockAheadMs: Number.isNaN(told) ? null : told - (before + after) / 2,
        clockErrorMs: (after - before) / 2,
        proxies: knowsProxies ? {http: HttpProxy, https: HttpsProxy} : null,
        freeBytes: isLocal ? await freeBytes(DockerRootDir) : null,
      });
    } catch (error) {
      return err(engineError(error, 'tell of its computer'));
    }
  }
}
