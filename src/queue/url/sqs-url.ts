import { formatHosts, parseHosts, type UrlForm, type UrlParts, wrongUrl } from './url-parts.ts';

export interface SqsAddress {
  readonly system: 'sqs';
  readonly host: string;
  readonly port: number;
  /** The AWS region. Null for an SQS emulator; qbl connects to emulators without TLS. */
  readonly region: string | null;
  /** Account number of 12 digits. Null means the account of the credentials. */
  readonly account: string | null;
  readonly queue: string;
  /**
   * Whether the queue is a FIFO queue. Such a queue keeps the order within a message group, and drops repeated
   * messages for five minutes.
   */
  readonly fifo: boolean;
}

const DEFAULT_QUEUE = 'stress-queue';
const HTTPS_PORT = 443;
/**
 * Matches AWS's host names for SQS: public endpoints, FIPS endpoints and endpoints inside a VPC (SQS endpoints, AWS
 * General Reference).
 */
const AWS_HOST =
  /^(?:[a-z0-9-]+\.)?sqs(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?(?::443)?$/;
const OF_AWS = /\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/i;
const SQS: UrlForm = {
  form: 'sqs://sqs.REGION.amazonaws.com/[account/]queue, or sqs://host:port/queue for an SQS emulator',
  listener: 'endpoint',
  defaultPort: 9324,
};

/**
 * Parses a URL of the form sqs://.
 * @throws QblError 'usage' for an invalid URL
 */
export function parseSqsUrl({ authority, path, rest }: UrlParts): SqsAddress {
  if (rest !== '') throw wrongUrl('The queue URL has text after the queue.', EXPECTED);
  const region = AWS_HOST.exec(authority)?.[1] ?? null;
  const form = region === null ? SQS : { ...SQS, defaultPort: HTTPS_PORT };
  const [address, ...others] = parseHosts(authority, form);
  if (address === undefined || others.length > 0)
    throw wrongUrl('An SQS URL has exactly one host.', EXPECTED);
  // Refuses unknown hosts of AWS. qbl would treat them as emulators and connect without TLS, but credentials
  // for AWS must never travel without TLS.
  if (region === null && OF_AWS.test(address.host)) {
    throw wrongUrl(`'${authority}' is not an AWS SQS endpoint that qbl knows.`, EXPECTED);
  }
  const match = /^(?:(\d{12})\/)?([A-Za-z0-9_-]+(?:\.fifo)?)$/.exec(path === '' ? DEFAULT_QUEUE : path);
  const [, account, queue] = match ?? [];
  if (queue === undefined || queue.length > MAX_NAME_LENGTH) throw notAName(path);
  return {
    system: 'sqs',
    ...address,
    region,
    account: account ?? null,
    queue,
    fifo: queue.endsWith('.fifo'),
  };
}

export function formatSqsUrl({ host, port, region, account, queue }: SqsAddress): string {
  const authority = region === null ? formatHosts([{ host, port }]) : host;
  return `sqs://${authority}/${account === null ? '' : `${account}/`}${queue}`;
}

/** Maximum length of a queue name, including `.fifo` (SQS API reference, CreateQueue). */
const MAX_NAME_LENGTH = 80;
const EXPECTED = `Expected ${SQS.form}.`;

function notAName(path: string): Error {
  return wrongUrl(
    `'${path}' is not an SQS queue name.`,
    'A queue name has 1 to 80 letters, digits, hyphens or underscores, and may end in .fifo. An account before it has 12 digits.',
  );
}
