import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifyRecord } from '../../../src/runs/documents/verify-json.ts';
import { qbl } from '../../support/qbl.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { recordOf } from '../../support/verification.ts';
import type { Endpoint, Place } from './endpoint.ts';

export const THREADS = 5;
export const LOOPS = 20;
export const SENT = THREADS * LOOPS;

/** A plan for an endpoint, and where to send it. */
export interface Sending {
  readonly endpoint: Endpoint;
  readonly place: Place;
  readonly channel: string;
  readonly hasRule: boolean;
  readonly url: string;
  readonly queue: string;
}

export interface Judged {
  readonly code: number | null;
  readonly record: VerifyRecord;
}

/** Sends the plan, calls `afterwards`, which may change the endpoint, and judges the run. */
export async function judged(sending: Sending, afterwards = async () => {}): Promise<Judged> {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.yaml'), planOf(sending));
  // The messages of all runs are in one topic.
  const run = `run-${randomUUID().slice(0, 8)}`;
  const plan = ['--plan', 'plan.yaml', '--queue', sending.queue, '--allow-errors'];
  const sent = await qbl(['blast', '--run', run, ...plan], { folder });
  if (sent.code !== 0) throw new Error(`the sender ended with ${sent.code}: ${sent.stderr}`);
  await afterwards();
  const ended = await qbl(['verify', run, '--settle', '200ms', '--exactly-once', '--json'], { folder });
  return { code: ended.code, record: recordOf(ended) };
}

/** Returns the plan, which sends the same order to each endpoint. */
function planOf({ endpoint, place, channel, hasRule, url }: Sending): string {
  const rejected = 'rejected: [{ status: 4xx }, { status: 200, json: { /error: { present: true } } }]';
  return `
${endpoint.placing[place]}
${hasRule ? `outcome: { ${rejected} }` : ''}
threadGroups:
  - name: Customers
    threads: ${THREADS}
    loops: ${LOOPS}
    requests:
      - name: Place an order
        url: ${url}
        headers: { Content-Type: application/json }
        body: |
          {
            "orderId": "\${uuid}",
            "customer": \${thread},
            "quantity": \${loop},
            "amount": 12.50,
            "attributes": {"channel": "${channel}", "visit": "\${thread}-\${loop}"}
          }
`;
}
