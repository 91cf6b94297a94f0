import { QblError } from '../../error.ts';
import { type HopFields, hopsOf } from '../../plan/hops.ts';
import { carriesIdentity, usesTokens } from '../../plan/placements.ts';
import type { Plan } from '../../plan/plan.ts';
import { openQueue } from '../../queue/open.ts';
import { parseQueueUrl } from '../../queue/url/url.ts';
import { readRun } from '../../runs/documents/run-json.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { HopsToRead } from '../../verify/hop-watch.ts';
import type { Context } from '../context.ts';
import { hopFieldsOf } from '../options/shared/hop-options.ts';
import type { VerifyCommandOptions } from '../options/verify-options.ts';

/**
 * Opens the hops on the command line, or else the hops that the runs have recorded. A hop is a queue to which the
 * service writes. The caller closes the hops. Null without hops.
 * @param queueUrl URL of the queue from which the service takes messages
 * @throws QblError 'usage' if the options contradict the runs or each other
 */
export async function openHops(
  options: VerifyCommandOptions,
  folders: readonly RunFolder[],
  queueUrl: string,
  context: Context,
): Promise<HopsToRead | null> {
  const given = hopFieldsOf(options);
  if (options.jtl !== undefined) {
    if (Object.keys(given).length > 0)
      throw new QblError('usage', '--hop cannot be combined with --jtl: hops need the run.json of the run');
    return null;
  }
  const plans = folders.flatMap((folder) => readRun(folder)?.plan ?? []);
  const hops = hopsOf({ ...(given.hops === undefined ? notedHops(plans) : {}), ...given });
  if (hops === null) {
    if (Object.keys(given).length > 0) throw new QblError('usage', '--hop-rule and --hop-within need --hop');
    return null;
  }
  mustBeFound(given, plans);
  const places = [];
  for (const { name, queue, find } of hops.places) {
    const opened = await openQueue(queue, {
      configFile: isSameSystem(queue, queueUrl) ? (options.queueConfig ?? null) : null,
      env: context.env,
    });
    places.push({ name, queue: opened, ...(find === undefined ? {} : { find }) });
  }
  return { ...hops, places };
}

/**
 * Returns the hops that the runs have recorded.
 * @throws QblError 'usage' if the runs have different hops
 */
function notedHops(plans: readonly Plan[]): HopFields {
  const noted = plans.map(hopFieldsOfPlan);
  if (new Set(noted.map((fields) => JSON.stringify(fields))).size > 1) {
    throw new QblError('usage', 'the runs have different hops', {
      hint: 'Verify the runs with the same hops together, or name the hops with --hop.',
    });
  }
  return noted[0] ?? {};
}

function hopFieldsOfPlan({ hops, hopRule, hopWithinMs }: Plan): HopFields {
  return {
    ...(hops === undefined ? {} : { hops }),
    ...(hopRule === undefined ? {} : { hopRule }),
    ...(hopWithinMs === undefined ? {} : { hopWithinMs }),
  };
}

/**
 * Checks that the messages can be found in the hops.
 * @throws QblError 'usage' if a run sends messages without an identity, or if --hop-find is given for messages without
 * tokens
 */
function mustBeFound({ hops = [] }: HopFields, plans: readonly Plan[]): void {
  if (hops.length > 0 && !plans.every(carriesIdentity))
    throw new QblError('usage', '--hop: messages without an identity cannot be found in hops');
  if (hops.some(({ find }) => find !== undefined) && plans.length > 0 && !plans.some(usesTokens))
    throw new QblError(
      'usage',
      '--hop-find works only with tokens, but the identity of these messages is not a token',
    );
}

/**
 * Whether two URLs belong to the same queue system. The file of --queue-config is for the queue from which the service
 * takes messages. A hop in another queue system has other settings.
 */
function isSameSystem(a: string, b: string): boolean {
  return parseQueueUrl(a).system === parseQueueUrl(b).system;
}
