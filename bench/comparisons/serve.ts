import { type Comparison, own, peer, type Side } from '../harness/comparison.ts';
import { type Load, type LoadTool, post, proxyLoadTool, TYPICAL } from '../harness/load.ts';
import type { Missing } from '../harness/missing.ts';
import { findGoProxy, NAIVE_PROXY, oha, withProgram } from '../harness/peers.ts';
import { type Command, meter, node, qbl } from '../harness/process.ts';
import type { Stage } from '../harness/stage.ts';

const PARTITIONS = 6;
/** The topic to which every proxy writes. */
export const TOPIC = 'stress-topic';

/** Measures the proxy under its typical load. All sides use the same broker process. */
export const serve: Comparison = {
  name: 'serve',
  prepare: async (stage) => proxies(stage, (await stage.startBroker('never', PARTITIONS)).address),
};

/** Measures the proxies when they write to a real Kafka. */
export const serveKafka: Comparison = {
  name: 'serve-kafka',
  prepare: async (stage) => {
    const kafka = await stage.startKafka('never', PARTITIONS);
    return 'missing' in kafka ? [kafka] : proxies(stage, kafka.address);
  },
};

async function proxies(stage: Stage, broker: string): Promise<(Side | Missing)[]> {
  const foundOha = await oha(stage.settings);
  const tool = proxyLoadTool(foundOha);
  const env = { PORT: '0', KAFKA: broker };
  const measure = async (proxy: Proxy) => {
    const { perSecond, cpuMicros, p99Ms, peakMb } = await underLoad(stage, tool, TYPICAL, proxy, env);
    return { 'acked/s': perSecond, 'CPU µs a message': cpuMicros, 'p99 ms': p99Ms, 'peak MB': peakMb };
  };
  return [
    ...('missing' in foundOha
      ? [{ ...foundOha, missing: `${foundOha.missing}; ${tool.name} sent the load` }]
      : []),
    peer('naive proxy', () => measure({ command: node(NAIVE_PROXY) })),
    withProgram(await findGoProxy(stage.settings), (program) => measure({ command: [program] })),
    own('qbl serve', () => measure(serveTo(broker))),
    own('qbl serve --workers 2', () => measure(serveTo(broker, 2))),
  ];
}

/** A proxy from HTTP to a queue. */
export interface Proxy {
  readonly command: Command;
  /** Matches the log when the proxy can write to the queue. Absent if it can do so when it prints its URL. */
  readonly connected?: RegExp;
}

export function serveTo(broker: string, workers = 1): Proxy {
  const options = workers === 1 ? [] : ['--workers', String(workers)];
  return {
    command: qbl('serve', '--port', '0', '--queue', `kafka://${broker}/${TOPIC}`, ...options),
    connected: new RegExp(`((?:connected to [^]*){${workers}})`),
  };
}

/** The figures of a proxy, measured while a load tool sends requests to it. */
export interface UnderLoad {
  /** Acknowledged messages in a second. */
  readonly perSecond: number;
  /** CPU time of the proxy for each acknowledged message. */
  readonly cpuMicros: number;
  readonly p99Ms: number;
  readonly peakMb: number;
}

/** Starts a proxy, sends a load to it, and stops it. Resolves with the measured figures of the proxy. */
export async function underLoad(
  stage: Stage,
  tool: LoadTool,
  load: Load,
  { command, connected }: Proxy,
  env: NodeJS.ProcessEnv = {},
): Promise<UnderLoad> {
  const { warmUp, measured } = stage.settings.proxyLoad;
  const proxy = stage.start(command, env);
  const url = `${await proxy.printed(/(http:\S+)/)}/send`;
  if (connected !== undefined) await proxy.logged(connected);
  await post(stage, tool, url, load, warmUp);
  const used = meter(proxy.pid);
  const posted = await post(stage, tool, url, load, measured);
  const { cpuMicros, peakMb } = used();
  await proxy.stop();
  if (posted.acked === 0) throw new Error(`${command.join(' ')} acknowledged no request:\n${posted.stdout}`);
  const perSecond = posted.acked / posted.seconds;
  return { perSecond, cpuMicros: cpuMicros / posted.acked, p99Ms: posted.p99Ms, peakMb };
}
