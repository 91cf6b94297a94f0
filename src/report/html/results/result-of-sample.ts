import { placementOf } from '../../../plan/placements.ts';
import type { Plan } from '../../../plan/plan.ts';
import { determinedText } from '../../../plan/template/determined.ts';
import { failureText } from '../../../samples/outcome.ts';
import type { MessageData, ResultData } from '../report-data.ts';
import type { OffenderSample } from './offender-samples.ts';

const RESPONSE_NOT_KEPT = 'Headers and body were not kept: this request was not traced.';

/** Rebuilds the result of a request that was not traced, from its sample and the plan. */
export function resultOfSample(
  { key, identity, row, outcome }: OffenderSample,
  plan: Plan,
  bodyLength: number,
): Omit<ResultData, 'kinds'> {
  const { responseCode, responseMessage, failureMessage } = row;
  const failure = failureText(responseMessage);
  return {
    key,
    thread: row.threadName,
    loop: identity.loop,
    label: row.label,
    at: new Date(row.timeStampMs).toISOString(),
    elapsedMs: row.elapsedMs,
    outcome,
    success: row.success,
    failure: failure ?? ((!row.success && failureMessage) || null),
    isTraced: false,
    request: requestOf({ identity, plan }, bodyLength),
    response: failure === null ? statusLine(`${responseCode} ${responseMessage}`.trim()) : null,
  };
}

function statusLine(line: string): MessageData {
  return { line, headers: [], body: null, bodyBytes: 0, missing: RESPONSE_NOT_KEPT };
}

function requestOf(
  { identity, plan }: Pick<OffenderSample, 'identity'> & { readonly plan: Plan },
  bodyLength: number,
): MessageData {
  if (plan.foreign !== undefined) return sentByJMeter(plan.foreign.name);
  const request = plan.threadGroups[identity.group - 1]?.requests[identity.request - 1];
  if (request === undefined)
    return {
      line: 'not in the plan',
      headers: [],
      body: null,
      bodyBytes: 0,
      missing: 'The plan does not contain this request.',
    };
  const filled = (template: string) => determinedText(template, identity, plan.variables);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, filled(value).text] as const);
  const line = `${request.method} ${filled(request.url).text}`;
  if (request.body === null) return { line, headers, body: null, bodyBytes: 0, missing: null };
  const { text, open } = filled(request.body);
  return {
    line,
    headers,
    body: text.slice(0, bodyLength),
    bodyBytes: Buffer.byteLength(text),
    missing: notKept(open, placementOf(plan, request).kind === 'body'),
  };
}

function sentByJMeter(file: string): MessageData {
  const missing = 'qbl did not keep this request: JMeter ran the test plan unchanged.';
  return { line: `a request of ${file}`, headers: [], body: null, bodyBytes: 0, missing };
}

function notKept(open: readonly string[], hasIdentity: boolean): string {
  const left = [...open, ...(hasIdentity ? ['the key "qbl" with its send time'] : [])];
  return left.length === 0
    ? 'Rebuilt from the plan.'
    : `Rebuilt from the plan. qbl did not keep these values, so they are missing or not filled in: ${left.join(', ')}.`;
}
