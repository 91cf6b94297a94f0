import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUTOCANNON, type Found, K6_SCRIPT } from './peers.ts';
import { type Command, type Ended, node, qbl } from './process.ts';
import type { Bound, Loops } from './settings.ts';
import type { Stage } from './stage.ts';

/** What a load tool sends: JSON bodies of one size over some connections. */
export interface Load {
  readonly connections: number;
  readonly bytes: number;
}

export const TYPICAL: Load = { connections: 100, bytes: 150 };

export interface Posted extends Ended {
  /** Number of responses with status 2xx. */
  readonly acked: number;
  readonly seconds: number;
  /** 99th percentile of the response times. */
  readonly p99Ms: number;
}

/** A program that posts bodies to a URL. */
export interface LoadTool<B extends Bound = Bound> {
  readonly name: string;
  command(url: string, load: Load, bound: B, bodyFile: string): Command;
  /** Reads what the program printed. */
  read(stdout: string): Pick<Posted, 'acked' | 'seconds' | 'p99Ms'>;
}

const CONTENT_TYPE = 'application/json';
/** Time after which a load tool gives up a request. The time is long, because a busy machine may be slow. */
const TIMEOUT_SECONDS = 600;

export const autocannon: LoadTool = {
  name: 'autocannon',
  command: (url, { connections }, bound, bodyFile) => {
    const request = ['--method', 'POST', '--headers', `Content-Type=${CONTENT_TYPE}`, '--input', bodyFile];
    const end =
      bound.seconds !== undefined
        ? ['--duration', String(bound.seconds)]
        : ['--amount', String(bound.loops * connections)];
    const patience = ['--timeout', String(TIMEOUT_SECONDS)];
    return node(
      AUTOCANNON,
      ...['--json', '--connections', String(connections)],
      ...end,
      ...patience,
      ...request,
      url,
    );
  },
  read: (stdout) => {
    const { '2xx': acked, duration, latency } = JSON.parse(stdout);
    return { acked, seconds: duration, p99Ms: latency.p99 };
  },
};

export function ohaAt(program: string): LoadTool {
  return {
    name: 'oha',
    command: (url, { connections }, bound, bodyFile) => {
      const request = ['--method', 'POST', '-T', CONTENT_TYPE, '-D', bodyFile];
      // Without -w, oha drops the requests that are in flight at the end, and the proxy works for nothing.
      const end =
        bound.seconds !== undefined
          ? ['-z', `${bound.seconds}s`, '-w']
          : ['-n', String(bound.loops * connections)];
      const output = ['--no-tui', '--output-format', 'json', '--connect-timeout', `${TIMEOUT_SECONDS}s`];
      return [program, ...output, '-c', String(connections), ...end, ...request, url];
    },
    read: (stdout) => {
      const { summary, latencyPercentiles, statusCodeDistribution } = JSON.parse(stdout);
      const acked = Object.entries(statusCodeDistribution)
        .filter(([status]) => status.startsWith('2'))
        .reduce((sum, [, count]) => sum + Number(count), 0);
      return { acked, seconds: summary.total, p99Ms: latencyPercentiles.p99 * 1_000 };
    },
  };
}

export function k6At(program: string): LoadTool<Loops> {
  return {
    name: 'k6',
    command: (url, { connections }, { loops }, bodyFile) => {
      const variables = {
        URL: url,
        BODY_FILE: bodyFile,
        THREADS: connections,
        LOOPS: loops,
        TIMEOUT_SECONDS,
      };
      const set = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
      return [program, 'run', '--quiet', '--no-usage-report', ...set, K6_SCRIPT];
    },
    read: (stdout) => JSON.parse(stdout),
  };
}

/** qbl as a load tool. `qbl blast` writes its samples into a new folder inside the folder of the comparison. */
export function blastWith(...options: readonly string[]): LoadTool {
  return {
    name: ['qbl blast', ...options].join(' '),
    command: (url, { connections }, bound, bodyFile) => {
      const load =
        bound.seconds !== undefined ? ['--duration', `${bound.seconds}s`] : ['--loops', String(bound.loops)];
      const plan = ['--plan', planFile(bodyFile), '--url', url, '--threads', String(connections)];
      return qbl('blast', '--json', ...plan, ...load, ...options);
    },
    read: (stdout) => {
      const { statistics, latencyMs } = JSON.parse(stdout);
      const { acked, throughputPerSecond } = statistics;
      return { acked, seconds: acked / throughputPerSecond, p99Ms: latencyMs.p99 };
    },
  };
}

/** Posts bodies to a URL. Rejects if the load is limited by number and not every request succeeded. */
export async function post<B extends Bound>(
  stage: Stage,
  tool: LoadTool<B>,
  url: string,
  load: Load,
  bound: B,
): Promise<Posted> {
  const ended = await stage.run(tool.command(url, load, bound, await writeBody(stage, load.bytes)));
  const read = tool.read(ended.stdout);
  if (bound.seconds === undefined && read.acked < bound.loops * load.connections) {
    throw new Error(`${tool.name}: only ${read.acked} requests to ${url} succeeded:\n${ended.stdout}`);
  }
  return { ...ended, ...read };
}

/** The tool that loads a proxy: oha, because it leaves most of the machine to the proxy, or else autocannon. */
export function proxyLoadTool(found: Found): LoadTool {
  return 'program' in found ? ohaAt(found.program) : autocannon;
}

/**
 * Writes a JSON body into a file, and a plan with the same body into another file. A large body would be too long for
 * an argument of a program.
 */
export async function writeBody({ directory }: Stage, bytes: number): Promise<string> {
  const empty = JSON.stringify({ usuario: 1, mensaje: '' });
  const body = JSON.stringify({ usuario: 1, mensaje: 'x'.repeat(bytes - empty.length) });
  const file = join(directory, `body-${bytes}.json`);
  await writeFile(file, body);
  const timeout = `${TIMEOUT_SECONDS}s`;
  const headers = { 'Content-Type': CONTENT_TYPE };
  const requests = [{ name: 'post', method: 'POST', url: 'http://127.0.0.1', headers, body, timeout }];
  const threadGroups = [{ name: 'bench', threads: 1, loops: 1, requests }];
  await writeFile(planFile(file), JSON.stringify({ name: 'bench', threadGroups }));
  return file;
}

function planFile(bodyFile: string): string {
  return bodyFile.replace('.json', '.yaml');
}
