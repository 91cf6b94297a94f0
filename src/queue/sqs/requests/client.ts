import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SqsAddress } from '../../url/sqs-url.ts';
import { formatHosts } from '../../url/url-parts.ts';
import { boundAnswers } from './bounded-answers.ts';

const CONNECTION_TIMEOUT_MS = 3_000;
/**
 * qbl closes idle sockets after this time, before the server closes them. A request on a socket that the server is
 * closing has an unknown outcome. Pekko's server, which ElasticMQ uses, closes after 60 s.
 */
const IDLE_SOCKET_MS = 15_000;
/** Region for an emulator, which accepts any region. */
const STAND_IN_REGION = 'us-east-1';
const STAND_IN_CREDENTIALS = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };

/**
 * A client without retries and without checksum checks: qbl does both itself, where it knows the outcomes. On a
 * checksum mismatch, the SDK would discard the whole answer (middleware-sdk-sqs, send-message-batch).
 */
export function createClient(address: SqsAddress, env: NodeJS.ProcessEnv, maxSockets: number): SQSClient {
  silenceNodeVersionWarning();
  const agent = { maxSockets, timeout: IDLE_SOCKET_MS };
  const client = new SQSClient({
    ...(address.region === null ? standIn(address, env) : ofAws(address, address.region)),
    maxAttempts: 1,
    md5: false,
    // A queue's URL contains the server's own host name, which may not be reachable from here.
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

/** Credentials come from the usual AWS sources: environment, profile, SSO, container or instance metadata. */
function ofAws({ host, port }: SqsAddress, region: string): SQSClientConfig {
  return { region, endpoint: `https://${formatHosts([{ host, port }])}` };
}

/** Without credentials in the environment, use a fixed pair. The default provider would wait for instance metadata. */
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

/** On Node 20, the SDK warns every user to upgrade. qbl decides itself which Node versions it supports. */
function silenceNodeVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

const nothing = () => {};
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
