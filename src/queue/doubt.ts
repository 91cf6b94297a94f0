/** Reasons why a queue that was read to its end may have held more, with what each means. */
export const DOUBTS = {
  'queue-recreated': 'The queue was deleted and created again, or its log was truncated.',
  'queue-id-unavailable': 'The topic reported an id before and reports none now.',
  'removed-by-retention': 'Retention or a limit removed messages.',
  'removal-unknown': 'The broker does not report whether it removes messages.',
  compacted: 'The topic is or was compacted: offsets are missing from its log.',
  'read-too-late': 'Reading began after the place where the run began.',
  'not-read-before': 'The log before the place where reading began was not read.',
  'taken-before': 'An earlier verification took messages out of the queue.',
  contradiction: 'A service has receipts of messages that reading did not find.',
  'queue-lacks-messages': 'RabbitMQ: the queue has fewer messages than were acknowledged.',
  'queue-not-seen': "RabbitMQ: consumers hide which messages the service's own queue received.",
  'service-unfinished': 'The service may have left messages unprocessed.',
  'no-receipts': 'Only receipts could be read, and there are none.',
  interrupted: 'Verification was interrupted before --settle had passed.',
} as const;

export type DoubtKind = keyof typeof DOUBTS;

/** Why a reading may not tell everything, though it came to the end. */
export interface Doubt {
  readonly kind: DoubtKind;
  /** As a sentence for people. */
  readonly text: string;
  /**
   * When it prevents a pass: always, only when one more message could change the counts that the verdict rests on,
   * or never. Where it does not prevent one, it is reported under the verdict.
   */
  readonly prevents: 'always' | 'absence' | 'never';
}
