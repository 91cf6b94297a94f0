import type { Plan, Request } from '../../plan.ts';

export const MESSAGE = '{"orderId": "any", "amount": ${thread}}';

/** Returns the text of a plan with one request. */
export const plan = (
  ofPlan: string,
  body = MESSAGE,
  ofRequest = 'headers: {Content-Type: application/json}',
) => `
${ofPlan}
threadGroups:
  - name: G
    threads: 2
    loops: 2
    requests:
      - name: R
        url: http://localhost/x
        ${ofRequest}
        body: '${body}'
`;

export function requestOf(loaded: Plan): Request {
  const request = loaded.threadGroups[0]?.requests[0];
  if (request === undefined) throw new Error('no request');
  return request;
}
