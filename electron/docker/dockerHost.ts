import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {EngineHost, EngineHostFacts} from '../executor/executor';
import {engineClock} from './engineClock';
import type {EngineConnection} from './engineConnection';
import {engineError} from './engineError';
import {infoReply, type InfoReply} from './engineReplies';
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
      const reply = infoReply.parse(info);
      const {HttpProxy, HttpsProxy} = reply;
      const clock = engineClock(reply.SystemTime ?? '', before, after);
      const knowsProxies = typeof HttpProxy === 'string' && typeof HttpsProxy === 'string';
      return ok({
        isLocal,
        holdsLimits: holdsLimits(reply),
        clockAheadMs: clock.aheadMs,
        clockErrorMs: clock.errorMs,
        proxies: knowsProxies ? {http: HttpProxy, https: HttpsProxy} : null,
        freeBytes: isLocal ? await freeBytes(reply.DockerRootDir) : null,
      });
    } catch (error) {
      return err(engineError(error, 'describe its computer'));
    }
  }
}

/** Podman claims limits also where it runs without root on control groups of the first version, which lets it set none. */
function holdsLimits({MemoryLimit, SecurityOptions, CgroupVersion}: InfoReply): boolean {
  const rootless = SecurityOptions.some((option) => /^name=rootless\b/u.test(option));
  return MemoryLimit !== false && !(rootless && CgroupVersion === '1');
}
