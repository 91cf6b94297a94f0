import { resolve } from 'node:path';
import type { Hops } from '../../plan/hops.ts';
import type { PartArguments } from '../../run/arguments.ts';
import type { Context } from '../context.ts';
import { formatBlastArguments } from '../options/blast-options.ts';
import { formatBrokerArguments } from '../options/broker-options.ts';
import { formatConsumeArguments } from '../options/consume-options.ts';
import { formatDirectArguments } from '../options/direct-options.ts';
import { formatJMeterArguments } from '../options/jmeter-options.ts';
import { formatSendArguments } from '../options/send-options.ts';
import { formatServeArguments, TOKEN_VARIABLE } from '../options/serve-options.ts';
import { capacityOptions, formatCapacityArguments } from '../options/shared/capacity-options.ts';
import { hopOptions } from '../options/shared/hop-options.ts';
import { formatPlanArguments, type RawPlanOptions } from '../options/shared/plan-options.ts';
import type { TlsOptions } from '../options/shared/tls-options.ts';
import { formatVerifyArguments, type RuleOptions } from '../options/verify-options.ts';

/** Arguments and environment variables of the processes of a run. */

interface QueueOptions {
  readonly queue?: string;
  readonly queueConfig?: string;
}

type ChildOptions = RawPlanOptions &
  RuleOptions &
  TlsOptions & {
    readonly passHeader?: readonly string[];
    readonly serviceGroup?: string;
    readonly observeService?: true;
    /** The hops of the plan (queues to which the service writes). Absent if the plan has no hops. */
    readonly hops?: Hops;
    readonly with: 'blast' | 'jmeter';
    readonly trace: number;
    readonly untilStopped?: true;
    readonly redact?: readonly string[];
    readonly rateTolerance: number;
  };

/**
 * Passes the settings of an existing queue in the environment, because other users can see arguments. The embedded
 * broker must not get these settings.
 */
export function childEnv(
  { queue, queueConfig }: QueueOptions,
  { env, directory }: Context,
): NodeJS.ProcessEnv {
  // The proxy of a run gets no access token, because only the sender of this run uses the proxy.
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

/** Builds the arguments. Port 0 makes each server listen on a free port. */
export function childArguments(options: ChildOptions): PartArguments {
  return {
    broker: (data) => formatBrokerArguments({ port: 0, data, temporary: true }),
    serve: (queue) => formatServeArguments({ port: 0, queue, passHeader: options.passHeader }),
    verify: (run, queue) =>
      formatVerifyArguments({
        ...rulesOf(options),
        ...run,
        follow: true,
        serviceGroup: options.serviceGroup,
        observeService: options.observeService,
        ...(options.hops === undefined ? {} : hopOptions(options.hops)),
        queue,
        json: true,
      }),
    consume: (run, queue, capacity) =>
      formatConsumeArguments({ ...capacityOptions(capacity), ...run, queue, drain: true, json: true }),
    direct: (run, capacity, { acceptQueue, timeoutMs: timeout }) =>
      formatDirectArguments({
        ...capacityOptions(capacity),
        ...run,
        ...{ acceptQueue, timeout },
        port: 0,
        json: true,
      }),
    sender: ({ queue, allowErrors, ...others }) =>
      formatSendArguments({
        ...others,
        ...(queue === null ? { direct: true } : { queue }),
        ...(allowErrors ? { allowErrors } : {}),
        json: true,
      }),
    sendersPrivate: (url) => [
      ...formatPlanArguments(url === null ? options : { ...options, url }),
      ...recordingArguments(options),
    ],
    capacity: (capacity) => formatCapacityArguments(capacityOptions(capacity)).join(' '),
  };
}

function rulesOf({
  consume,
  exactlyOnce,
  ordered,
  settle,
  deadline,
}: ChildOptions): Parameters<typeof formatVerifyArguments>[0] {
  return { consume, exactlyOnce, ordered, settle, deadline };
}

/**
 * Returns further arguments of the sender. JMeter gets neither --trace nor options for certificates: it has no traces,
 * and accepts every certificate.
 */
function recordingArguments(options: ChildOptions): string[] {
  const { with: sender, trace, untilStopped, ca, insecure, redact, rateTolerance } = options;
  const ofBoth = { redact, rateTolerance };
  return sender === 'blast'
    ? formatBlastArguments({ ...ofBoth, trace, untilStopped, ca, insecure })
    : formatJMeterArguments(ofBoth);
}
