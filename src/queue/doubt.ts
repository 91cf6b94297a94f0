/**
 * Reasons why a queue may have contained more messages than qbl found, although qbl read the queue to its
 * end.
 */
export const DOUBTS = {
  'queue-recreated': 'The queue was deleted and created again, or its log was truncated.',
  'queue-id-unavailable': 'The topic reported an id before and reports no id now.',
  'removed-by-retention': 'Retention or a limit removed messages.',
  'removal-unknown': 'The broker does not report whether it removes messages.',
  compacted: 'The topic is or was compacted: offsets are missing from its log.',
  'read-too-late': 'Reading began after the position where the run began.',
  'not-read-before': 'The part of the log before the start of the reading was not read.',
  'taken-before': 'An earlier verification took messages out of the queue.',
  contradiction: 'A service has receipts of messages that reading did not find.',
  'queue-lacks-messages': 'RabbitMQ: the queue has fewer messages than were acknowledged.',
  'queue-not-seen': "RabbitMQ: consumers hide which messages the service's own queue received.",
  'service-unfinished': 'The service may have left messages unprocessed.',
  'no-receipts': 'Only the receipts of a service could be read, and no receipts were found.',
  'contents-not-compared': 'The identity is a token, and the content of messages was not compared.',
  'not-in-queue': 'A hop has messages that reading did not find in the queue.',
  'hop-contents-not-compared': 'The contents of the messages in the hops were not compared.',
  interrupted: 'Verification was interrupted before --settle had passed.',
} as const;

export type DoubtKind = keyof typeof DOUBTS;

/** A reason why qbl may have missed messages, although it read the queue to its end. */
export interface Doubt {
  readonly kind: DoubtKind;
  readonly text: string;
  /**
   * When the doubt prevents the verdict pass: always, never, or only if one more message could change the verdict
   * (`absence`). A doubt that does not prevent a pass is still reported under the verdict.
   */
  readonly prevents: 'always' | 'absence' | 'never';
  /** What a pass does not prove because of the doubt. If absent, reading may have missed other messages. */
  readonly notProven?: string;
}
