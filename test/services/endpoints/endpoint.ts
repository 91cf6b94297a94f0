import type { Tool } from '../tools.ts';

/** Where a plan puts the identity. */
export const PLACES = ['body', 'pointer', 'header', 'field'] as const;
export type Place = (typeof PLACES)[number];

/** An endpoint that answers too early collects this many messages before it sends them as one batch. */
export const BATCH = 8;

/** An endpoint of examples/ that also does wrong things on purpose, if a message asks for it. */
export interface Endpoint {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** The fields `identity`, `find` and `content` of a plan, in YAML. */
  readonly placing: Readonly<Record<Place, string>>;
  /** The endpoint's schema refuses a request with the identity in one of these places, such as the key of the message. */
  readonly refused: readonly Place[];
  /** Builds the endpoint, unless the cache has it. Resolves with the command that starts it. */
  build(): Promise<ToCommand>;
}

export interface Settings {
  readonly port: number;
  /** Host and port of Kafka. */
  readonly bootstrap: string;
  readonly topic: string;
  /** A folder for files of the endpoint. */
  readonly folder: string;
  /** Whether only messages with the lie `acks-early` (a too early answer, on purpose) will be sent. */
  readonly acksEarly: boolean;
}

export type ToCommand = (settings: Settings) => Command;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}
