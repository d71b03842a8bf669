import * as z from 'zod';
import type {AppError} from '../errors';
import type {Result} from '../result';

/** The first message of a page over its WebSocket; before it nothing is answered. */
export const helloSchema = z.strictObject({
  /** The session's secret. */
  session: z.string().max(100),
  /** The tab that the page belonged to before; null for a new one. */
  tab: z.string().max(100).nullable(),
  /** The highest number that this very page has taken; null for a page that has just been loaded. */
  seen: z.int().min(0).nullable(),
  /** The folder that a new tab is to open; null for that of the command line. */
  dir: z.string().max(4096).nullable(),
});

const id = z.int().min(1);

/** What a page sends after that. Requests and replies are numbered, so that none is carried out twice. */
export const pageMessageSchema = z.union([
  z.strictObject({id, name: z.string().max(100), arg: z.unknown()}),
  z.strictObject({id, reply: z.int().min(1), value: z.union([z.string(), z.boolean(), z.null()])}),
  z.strictObject({
    /** All up to this number has been taken. */
    ack: z.int().min(0),
    /** Log batches that the page has taken since it was loaded. */
    taken: z.int().min(0),
  }),
]);

/** A piece of the text of a message that is too long to be sent as one; the pieces of one follow each other. */
export const pieceSchema = z.strictObject({piece: z.string(), isLast: z.boolean()});

export type Hello = z.infer<typeof helloSchema>;
export type PageMessage = z.infer<typeof pageMessageSchema>;
export type Piece = z.infer<typeof pieceSchema>;

/** What the host needs of the page or its user. */
export type Question =
  /** Puts a text on the clipboard. */
  | {readonly kind: 'copy'; readonly text: string}
  /** Fetches an address that works once into a file. */
  | {readonly kind: 'download'; readonly address: string; readonly name: string}
  /** Opens an address in another tab. */
  | {readonly kind: 'open'; readonly address: string}
  /** Asks the browser whether it may notify, as long as its user has not been asked; answered by nothing. */
  | {readonly kind: 'may-notify'}
  /** Notifies where nobody looks at the page and the browser may; one of the same body takes the place of the last. */
  | {readonly kind: 'notify'; readonly title: string; readonly body: string}
  /** Asks before something is done; answered by true or false. */
  | {
      readonly kind: 'confirm';
      readonly title: string;
      readonly text: string;
      readonly button: string;
    }
  /** Asks for a folder, or for a file of one of these endings; answered by its path, or null. */
  | {
      readonly kind: 'choose';
      readonly title: string;
      readonly button: string;
      readonly start: string;
      readonly endings: readonly string[] | null;
    };

/** What `web:folder` answers: a folder below the root, and what lies in it. */
export interface FolderListing {
  readonly dir: string;
  /** Null at the root. */
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly kind: 'study' | 'folder' | 'file';
  }[];
  /** How many there are besides. */
  readonly more: number;
}

/** What the host sends. All but the first are numbered in the order of sending. */
export type HostMessage =
  /** `received`: the highest id that has come. `fresh`: what the page has missed is no longer known. */
  | {
      readonly welcome: {readonly tab: string; readonly received: number; readonly fresh: boolean};
    }
  | {readonly alive: true}
  | ({readonly seq: number; readonly parts?: readonly string[]} & HostBody);

/** The content of a numbered message. */
export type HostBody =
  | {readonly id: number; readonly answer: Result<unknown, AppError>}
  | {readonly event: string; readonly payload: unknown}
  | {readonly ask: number; readonly question: Question};

/** Why the host closes a WebSocket, as its code. */
export const CLOSED = {
  /** The secret is not known: the session has ended. */
  unknown: 4401,
  /** The page has fallen so far behind that what it missed was given up. */
  behind: 4409,
  /** What came was not of the agreed shape. */
  malformed: 4400,
  /** The same page has connected again. */
  replaced: 4408,
} as const;
