/** What is used of `ws`; it brings no types of its own. */
declare module 'ws' {
  import type {EventEmitter} from 'node:events';
  import type {IncomingMessage} from 'node:http';
  import type {Duplex} from 'node:stream';

  export class WebSocket extends EventEmitter {
    readonly bufferedAmount: number;
    readonly readyState: number;
    static readonly OPEN: number;
    constructor(address: string, options?: object);
    send(text: string | Uint8Array, sent?: (error?: Error | null) => void): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    ping(): void;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'close', listener: (code: number) => void): this;
    on(event: 'open' | 'pong', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: {
      readonly noServer: true;
      readonly maxPayload: number;
      readonly perMessageDeflate: boolean | object;
      readonly clientTracking: boolean;
    });
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (link: WebSocket) => void,
    ): void;
  }
}
