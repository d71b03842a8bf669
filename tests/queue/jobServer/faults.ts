import type {ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';

/**
 * What may go wrong with a call.
 * - `drop`: the connection is cut before anything is done
 * - `store-then-drop`: the call is carried out, and its answer lost
 * - `cut`: carried out, and the connection cut within the answer
 * - `truncated`: carried out, and the JSON of the answer ends too early
 * - `html`: a page in place of JSON, with status 200; nothing is done
 * - `shape`: JSON, but not of the agreed shape; nothing is done
 * - `hang`: no answer at all until the caller gives up; nothing is done
 * - a number: an answer with that status; nothing is done
 * - `{delayMs}`: carried out and answered after that time; `{dripMs}`: answered byte by byte over that time
 */
export type Fault =
  | 'drop'
  | 'store-then-drop'
  | 'cut'
  | 'truncated'
  | 'html'
  | 'shape'
  | 'hang'
  | number
  | {readonly delayMs: number}
  | {readonly dripMs: number};

/** An answer as a protocol gives it. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Which calls go wrong, and how. */
export interface Faults {
  /** Makes the next `count` calls (of one method, where it is named) go wrong. */
  next(count: number, fault: Fault, method?: string): void;
  /** Asked for each call besides: what goes wrong with it, if anything. */
  always(choose: ((method: string) => Fault | null) | null): void;
  /** The fault of this call, which is used up by that. */
  take(method: string): Fault | null;
}

/** No faults yet. */
export function createFaults(): Faults {
  const waiting: {left: number; readonly fault: Fault; readonly method: string | null}[] = [];
  let chosen: ((method: string) => Fault | null) | null = null;
  return {
    next: (left, fault, method) => void waiting.push({left, fault, method: method ?? null}),
    always: (choose) => void (chosen = choose),
    take(method) {
      const found = waiting.find((each) => each.method === null || each.method === method);
      if (found === undefined) return chosen?.(method) ?? null;
      found.left -= 1;
      if (found.left <= 0) waiting.splice(waiting.indexOf(found), 1);
      return found.fault;
    },
  };
}

/** Answers one call under a fault; `perform` carries it out. Answers the status that was sent, null for none. */
export async function answerUnder(
  fault: Fault | null,
  response: ServerResponse,
  perform: () => Answer,
): Promise<number | null> {
  if (typeof fault === 'number') return send(response, {status: fault, body: {detail: 'A fault'}});
  switch (fault) {
    case null:
      return send(response, perform());
    case 'drop':
      response.socket?.destroy();
      return null;
    case 'hang':
      return null;
    case 'html':
      response.writeHead(200, {'content-type': 'text/html'}).end('<html><body>Down</body></html>');
      return 200;
    case 'shape':
      return send(response, {status: 200, body: {results: 'none', status: ['odd']}});
    case 'store-then-drop':
      perform();
      response.socket?.destroy();
      return null;
    case 'truncated': {
      const {status, body} = perform();
      response.writeHead(status, {'content-type': 'application/json'});
      response.end(JSON.stringify(body).slice(0, -3));
      return status;
    }
    case 'cut': {
      const {status, body} = perform();
      const text = JSON.stringify(body);
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.write(text.slice(0, Math.floor(text.length / 2)));
      await delay(10);
      response.socket?.destroy();
      return status;
    }
    default:
      return 'delayMs' in fault
        ? (await delay(fault.delayMs), send(response, perform()))
        : drip(response, perform(), fault.dripMs);
  }
}

function send(response: ServerResponse, {status, body}: Answer): number {
  if (response.destroyed) return status;
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body));
  return status;
}

async function drip(response: ServerResponse, answer: Answer, ms: number): Promise<number> {
  const bytes = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {'content-type': 'application/json'});
  const pieces = Math.min(bytes.length, 20);
  for (let piece = 0; piece < pieces && !response.destroyed; piece += 1) {
    const from = Math.floor((piece * bytes.length) / pieces);
    response.write(bytes.subarray(from, Math.floor(((piece + 1) * bytes.length) / pieces)));
    await delay(ms / pieces);
  }
  response.end();
  return answer.status;
}
