/** Names and values of a response's headers, alternating, in the order in which they arrived. */
export type Headers = readonly Buffer[];

/** Gets the events of one response. Either `onComplete` or `onFailed` is called once, as the last event. */
export interface ResponseListener {
  /**
   * Bytes of an interim or final response arrived. This event comes before any other event about these bytes.
   */
  onBytes(length: number): void;
  /**
   * The head of the final response arrived. `headers` is a function, because the headers are parsed only if
   * somebody needs them.
   */
  onHead(status: number, statusText: string, headers: () => Headers): void;
  /**
   * A part of the body arrived. The memory of the bytes is reused after the call, so copy bytes that you want to keep.
   */
  onBody(chunk: Buffer): void;
  /**
   * The response is complete.
   * @param keepAliveMs how long the connection can be used again; 0 if it cannot
   */
  onComplete(keepAliveMs: number): void;
  onFailed(error: Error): void;
}
