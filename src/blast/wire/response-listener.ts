/** Names and values of a response's headers, alternating, in the order in which they came. */
export type Headers = readonly Buffer[];

/** Follows one response. Either `onComplete` or `onFailed` is called, once and last. */
export interface ResponseListener {
  /** Bytes arrived, of an interim response or of the final one. Called before anything else about these bytes. */
  onBytes(length: number): void;
  /** The head of the final response. `headers` are only read if somebody needs them. */
  onHead(status: number, statusText: string, headers: () => Headers): void;
  /** A part of the body. Its memory is used again afterwards. */
  onBody(chunk: Buffer): void;
  /** @param keepAliveMs how long the connection can be used again; 0 if it cannot */
  onComplete(keepAliveMs: number): void;
  onFailed(error: Error): void;
}
