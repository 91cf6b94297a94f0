import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SqsAddress } from '../../url/sqs-url.ts';
import { formatHosts } from '../../url/url-parts.ts';
import { boundAnswers } from './bounded-answers.ts';

const CONNECTION_TIMEOUT_MS = 3_000;
/**
 * Sockets idle for longer are closed by us, before the server does it: a request written to a socket that the
 * server is closing has an unknown outcome. Pekko's server, which ElasticMQ is built on, closes after 60 s.
 */
const IDLE_SOCKET_MS = 15_000;
/** Of a stand-in, which takes any. */
const STAND_IN_REGION = 'us-east-1';
const STAND_IN_CREDENTIALS = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };

/**
 * A client that attempts nothing twice and compares no checksums: both are decided where outcomes are known, and the
 * SDK's own way would lose them. A checksum that does not match throws away the whole answer
 * (middleware-sdk-sqs, send-message-batch).
 */
export function createClient(address: SqsAddress, env: NodeJS.ProcessEnv, maxSockets: number): SQSClient {
  silenceNodeVersionWarning();
  const agent = { maxSockets, timeout: IDLE_SOCKET_MS };
  const client = new SQSClient({
    ...(address.region === null ? standIn(address, env) : ofAws(address, address.region)),
    maxAttempts: 1,
    md5: false,
    // A queue's URL names the host that the server believes to have, which may be unreachable from here.
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      logger: SILENT,
    },
  });
  boundAnswers(client);
  return client;
}

/** Credentials come the usual ways of AWS: environment, profile, SSO, container or instance metadata. */
function ofAws({ host, port }: SqsAddress, region: string): SQSClientConfig {
  return { region, endpoint: `https://${formatHosts([{ host, port }])}` };
}

/** Without credentials in the environment nobody is asked for some: instance metadata would be waited for. */
function standIn({ host, port }: SqsAddress, env: NodeJS.ProcessEnv): SQSClientConfig {
  return {
    endpoint: `http://${formatHosts([{ host, port }])}`,
    region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || STAND_IN_REGION,
    credentials: credentialsIn(env) ?? STAND_IN_CREDENTIALS,
  };
}

function credentialsIn(env: NodeJS.ProcessEnv) {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** The SDK tells every user of Node 20 to upgrade; which Nodes qbl runs on is ours to say. */
function silenceNodeVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

const nothing = () => {};
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
