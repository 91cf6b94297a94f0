import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SqsAddress } from '../../url/sqs-url.ts';
import { formatHosts } from '../../url/url-parts.ts';
import { boundAnswers } from './bounded-answers.ts';

const CONNECTION_TIMEOUT_MS = 3_000;
/**
 * Idle sockets are closed after this time, so that the server never closes one first. A request on a socket that the
 * server is closing has an unknown outcome. The server of ElasticMQ (Pekko) closes sockets after 60 s.
 */
const IDLE_SOCKET_MS = 15_000;
/** Region for an emulator. Any name works. */
const STAND_IN_REGION = 'us-east-1';
const STAND_IN_CREDENTIALS = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };

/**
 * Creates a client without retries and without checksum checks, because qbl does both itself, and so knows the outcome
 * of each attempt. On a wrong checksum, the SDK would discard the whole answer (middleware-sdk-sqs,
 * send-message-batch).
 */
export function createClient(address: SqsAddress, env: NodeJS.ProcessEnv, maxSockets: number): SQSClient {
  silenceNodeVersionWarning();
  const agent = { maxSockets, timeout: IDLE_SOCKET_MS };
  const client = new SQSClient({
    ...(address.region === null ? standIn(address, env) : ofAws(address, address.region)),
    maxAttempts: 1,
    md5: false,
    // Sends requests to the host of the user's queue URL. The URL that a queue reports contains the server's own host
    // name, which may not be reachable from here.
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

/**
 * Settings for AWS. The SDK finds credentials in the usual sources: environment, profile, SSO, container or instance
 * metadata.
 */
function ofAws({ host, port }: SqsAddress, region: string): SQSClientConfig {
  return { region, endpoint: `https://${formatHosts([{ host, port }])}` };
}

/**
 * Settings for an emulator. If the environment has no credentials, fixed ones are used, because the SDK would wait for
 * instance metadata.
 */
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

/** Hides a warning of the SDK: on Node 20, the SDK tells every user to upgrade Node. qbl supports Node 20. */
function silenceNodeVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

const nothing = () => {};
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
