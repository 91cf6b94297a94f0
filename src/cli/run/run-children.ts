import { resolve } from 'node:path';
import type { VerifyOptions } from '../commands/verify.ts';
import type { Context } from '../context.ts';
import { TOKEN_VARIABLE } from '../options/serve-access.ts';
import { type TlsOptions, tlsArguments } from '../options/tls-options.ts';

/** What of a run's options its processes are given, and how. */

interface QueueOptions {
  readonly queue?: string;
  readonly queueConfig?: string;
}

interface SenderOptions extends TlsOptions {
  readonly with: 'blast' | 'jmeter';
  readonly trace: number;
  readonly redact?: readonly string[];
  readonly rateTolerance: number;
}

export type RuleOptions = Pick<
  VerifyOptions,
  'consume' | 'exactlyOnce' | 'ordered' | 'rejectedStatus' | 'settle' | 'deadline'
>;

/**
 * The settings of a queue that is there reach the processes by the environment, which shows them to nobody else;
 * those of another queue must not reach a broker of our own.
 */
export function childEnv(
  { queue, queueConfig }: QueueOptions,
  { env, directory }: Context,
): NodeJS.ProcessEnv {
  // The proxy of a run takes messages of its own sender, which has no token.
  const { [TOKEN_VARIABLE]: _, ...others } = env;
  if (queue === undefined)
    return Object.fromEntries(Object.entries(others).filter(([name]) => !isQueueSetting(name)));
  return queueConfig === undefined
    ? others
    : { ...others, QBL_QUEUE_CONFIG: resolve(directory, queueConfig) };
}

function isQueueSetting(name: string): boolean {
  return name === 'QBL_QUEUE_CONFIG' || /^QBL_(KAFKA|AMQP)_/.test(name);
}

/** What the sender is given beside the plan. JMeter has no trace, and accepts every certificate. */
export function senderArguments(options: SenderOptions): string[] {
  const { with: sender, trace, redact = [], rateTolerance } = options;
  return [
    ...(sender === 'blast' ? [`--trace=${trace}`, ...tlsArguments(options)] : []),
    ...redact.map((name) => `--redact=${name}`),
    `--rate-tolerance=${rateTolerance * 100}%`,
  ];
}

/** What the run was told of the verdict, for its `verify`. */
export function ruleArguments(options: RuleOptions): string[] {
  return [
    ...(options.consume ? ['--consume'] : []),
    ...(options.exactlyOnce ? ['--exactly-once'] : []),
    ...(options.ordered ? ['--ordered'] : []),
    ...(options.rejectedStatus ?? []).flatMap((status) => ['--rejected-status', String(status)]),
    ...['--settle', `${options.settle}ms`, '--deadline', `${options.deadline}ms`],
  ];
}
