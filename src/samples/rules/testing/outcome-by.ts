import type { Answered, Outcome } from '../../outcome.ts';
import { deciderOf } from '../decide.ts';
import { jsonBody, MAX_RULE_BODY_BYTES } from '../json-body.ts';
import type { OutcomeRules } from '../rule.ts';

export interface Given {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The body of the response. Null if it could not be read. */
  readonly body?: string | null;
}

export function outcomeBy(
  rules: OutcomeRules,
  { status, reason = 'OK', headers = [], body = '' }: Given,
): Outcome {
  const answered: Answered = {
    responseCode: String(status),
    responseMessage: reason,
    success: status >= 200 && status <= 399,
  };
  const bytes = Buffer.from(body ?? '');
  return deciderOf(rules).decide(answered, {
    status,
    header: (name) => headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value),
    json: () => jsonBody(bytes, body === null ? MAX_RULE_BODY_BYTES + 1 : bytes.length, []),
  });
}
