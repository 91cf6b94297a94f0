import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '../../message/identity.ts';
import { IN_BODY } from '../../message/placement.ts';
import { type Plan, type Request, sampleColumns, type ThreadGroup } from '../../plan/plan.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import { readJtl } from '../../samples/jtl/jtl-reader.ts';
import { openJtl } from '../../samples/jtl/jtl-writer.ts';
import { parseThreadName } from '../../samples/thread-name.ts';
import type { BlastOptions, BlastResult } from '../blast.ts';
import { blast } from '../blast.ts';

/** Writes a body that contains only the identity of its message. */
export const writeBody: BodyWriter = (identity) => JSON.stringify(identity);

export interface Endpoint {
  readonly url: string;
  /** The identities of the received messages, in order of arrival. */
  readonly received: Identity[];
}

export type Answer = (response: ServerResponse, identity: Identity, request: IncomingMessage) => unknown;

/** Real servers and folders of one test, which are cleaned up together. */
export class TestBed {
  readonly #cleanUps: (() => unknown)[] = [];

  onCleanUp(cleanUp: () => unknown): void {
    this.#cleanUps.push(cleanUp);
  }

  async cleanUp(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'qbl-blast-'));
    this.onCleanUp(() => rm(folder, { recursive: true }));
    return folder;
  }

  /** A server that records every message. The server answers 200, or calls `answer`. */
  async endpoint(answer: Answer = (response) => response.end('ok')): Promise<Endpoint> {
    const received: Identity[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const identity: Identity = JSON.parse(body);
        received.push(identity);
        answer(response, identity, request);
      });
    });
    server.listen({ port: 0, backlog: 2048 });
    await once(server, 'listening');
    this.onCleanUp(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://localhost:${(server.address() as AddressInfo).port}/send`, received };
  }

  /** Runs the plan and reads the written samples back. */
  async run(
    plan: Plan,
    options: Partial<BlastOptions> = {},
  ): Promise<{ result: BlastResult; rows: SampleRow[] }> {
    const path = join(await this.folder(), 'samples.jtl');
    const writer = await openJtl(path, sampleColumns(plan));
    let result: BlastResult;
    try {
      result = await blast({ plan, run: 'run', bodyOf: () => writeBody, writer, ...options });
    } finally {
      await writer.close();
    }
    const rows: SampleRow[] = [];
    for await (const chunk of readJtl(path)) rows.push(...chunk);
    return { result, rows };
  }
}

export function requestTo(url: string, changes: Partial<Request> = {}): Request {
  return {
    name: 'POST /send',
    url,
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    timeoutMs: 20_000,
    ...changes,
  };
}

export function groupTo(url: string, changes: Partial<ThreadGroup> = {}): ThreadGroup {
  return {
    name: 'users',
    threads: 1,
    loops: 1,
    durationMs: null,
    rampUpMs: 0,
    onSampleError: 'continue',
    requests: [requestTo(url)],
    ...changes,
  };
}

export function planOf(threadGroups: readonly ThreadGroup[], rate: number | null = null): Plan {
  return { name: 'plan', threadGroups, rate, identity: IN_BODY };
}

/** The identity of a row or a message, written `group-thread-loop`. */
export function place(of: SampleRow | Identity): string {
  if (!('threadName' in of)) return `${of.group}-${of.thread}-${of.loop}`;
  const { group, thread } = parseThreadName(of.threadName) ?? { group: 0, thread: 0 };
  return `${group}-${thread}-${of.loop}`;
}
