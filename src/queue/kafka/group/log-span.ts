/** The offsets of the messages that a partition's log has now: from `beginning` up to, but not including, `end`. */
export interface LogSpan {
  readonly beginning: number;
  readonly end: number;
}

/** Number of messages in the log from an offset on. Messages before the beginning of the log were deleted. */
export function messagesFrom(offset: number, { beginning, end }: LogSpan): number {
  return Math.max(0, end - Math.max(offset, beginning));
}
