import { formatHosts, parseHosts, type UrlForm, type UrlParts, wrongUrl } from './url-parts.ts';

export interface SqsAddress {
  readonly system: 'sqs';
  readonly host: string;
  readonly port: number;
  /** The region of AWS itself; null: a stand-in, spoken to without TLS. */
  readonly region: string | null;
  /** Twelve digits; null: that of the credentials. */
  readonly account: string | null;
  readonly queue: string;
  /** A FIFO queue keeps order within a message group, and drops repeats for five minutes. */
  readonly fifo: boolean;
}

const DEFAULT_QUEUE = 'stress-queue';
const HTTPS_PORT = 443;
/** The public endpoints, those with FIPS modules, and those inside a VPC (SQS endpoints, AWS General Reference). */
const AWS_HOST =
  /^(?:[a-z0-9-]+\.)?sqs(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?(?::443)?$/;
const OF_AWS = /\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/i;
const SQS: UrlForm = {
  form: 'sqs://sqs.REGION.amazonaws.com/[account/]queue, or sqs://host:port/queue for a stand-in',
  listener: 'endpoint',
  defaultPort: 9324,
};

/** @throws QblError 'usage' */
export function parseSqsUrl({ authority, path, rest }: UrlParts): SqsAddress {
  if (rest !== '')
    throw wrongUrl('The queue URL goes on after the queue, which means nothing here.', EXPECTED);
  const region = AWS_HOST.exec(authority)?.[1] ?? null;
  const form = region === null ? SQS : { ...SQS, defaultPort: HTTPS_PORT };
  const [address, ...others] = parseHosts(authority, form);
  if (address === undefined || others.length > 0) throw wrongUrl('SQS has one host.', EXPECTED);
  // A stand-in is spoken to without TLS, and credentials of AWS must not travel so.
  if (region === null && OF_AWS.test(address.host)) {
    throw wrongUrl(`'${authority}' is no endpoint of AWS SQS that is known here.`, EXPECTED);
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

/** AWS's rule for queue names (SQS API reference, CreateQueue); `.fifo` counts too. */
const MAX_NAME_LENGTH = 80;
const EXPECTED = `Expected ${SQS.form}.`;

function notAName(path: string): Error {
  return wrongUrl(
    `'${path}' is not the name of an SQS queue.`,
    'A queue has 1 to 80 letters, digits, hyphens or underscores, and may end in .fifo; an account before it has 12 digits.',
  );
}
