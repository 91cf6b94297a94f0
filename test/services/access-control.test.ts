import kafkajs, { AclOperationTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import type { SaslListener } from './kafka-security.ts';
import { makeTopic, withAdmin } from './topics.ts';

const MESSAGES = 10;
const { DESCRIBE, WRITE, READ } = AclOperationTypes;
const JSON_BODY = { 'Content-Type': 'application/json' };

/** Tests each row of the access control table in docs/kafka.md. */
describeWith(['java', 'mvn', 'openssl'], 'a Kafka cluster with access control', () => {
  let kafka: RunningKafka;
  let user: SaslListener;
  beforeAll(async () => {
    kafka = await startKafka({
      listeners: 'all',
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        // The user of the plain listener, which the broker itself uses, too.
        'super.users': 'User:ANONYMOUS',
      },
    });
    if (kafka.secure === null) throw new Error('no secure listeners');
    user = kafka.secure.sasl.plain;
  });
  afterAll(() => kafka?.stop());

  test('each permission allows one more operation, and qbl names the missing one', async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic);
    const serve = startQbl(['serve', '--host', '127.0.0.1', '--port', '0', ...at(topic)], await asUser());
    const origin = await serve.line(/^serving POST \/send on (\S+)/m);

    const reason = 'TOPIC_AUTHORIZATION_FAILED';
    expect(await serve.line(/^waiting for .*$/m)).toMatch(`(${reason}: `);
    expect(await serve.line(/^waiting for .*$/m)).toMatch('Give this user the missing permission');
    await grant(topic, DESCRIBE);
    await until('a proxy that is ready', async () => (await fetch(`${origin}/readyz`)).ok);

    const refused = await fetch(`${origin}/send`, { method: 'POST', headers: JSON_BODY, body: '{}' });
    // A user who may not write to any topic gets no producer id.
    const noProducerId = expect.stringContaining('CLUSTER_AUTHORIZATION_FAILED');
    expect([refused.status, await refused.text()]).toEqual([502, noProducerId]);
    const unwritten = await send(origin, topic);
    expect(countsOf(unwritten)).toMatchObject({ acked: 0, rejected: MESSAGES, indeterminate: 0 });

    await grant(topic, WRITE);
    const written = await send(origin, topic);
    expect(countsOf(written)).toMatchObject({ acked: MESSAGES, indeterminate: 0 });
    const unread = await verify(topic, written.folder);
    const because = { kind: 'incomplete-drain', text: expect.stringContaining(reason) };
    expect(recordOf(unread)).toMatchObject({ verdict: 'unknown', reasons: [because] });
    expect(unread.code).toBe(3);

    await grant(topic, READ);
    const read = await verify(topic, written.folder);
    expect(recordOf(read)).toMatchObject(allArrived(MESSAGES));
    expect(read.code).toBe(0);
  });

  test('a missing topic that the user may not create is reported with the permission to create it', async () => {
    const topic = newTopic();
    await grant(topic, DESCRIBE);
    const serve = startQbl(['serve', '--host', '127.0.0.1', '--port', '0', ...at(topic)], await asUser());
    const waiting = await serve.line(/^waiting for .*$/m);
    expect(waiting).toMatch('the topic is missing and cannot be created: TOPIC_AUTHORIZATION_FAILED: ');
    expect(waiting).toMatch(
      'Create the topic before the run, or give this user the Create permission on the topic.',
    );
  });

  test('a group that the user may not describe is not observed, and nothing is sent', async () => {
    const topic = newTopic();
    const group = `service-of-${topic}`;
    await makeTopic(kafka.bootstrap, topic);
    for (const operation of [DESCRIBE, READ, WRITE]) await grant(topic, operation);
    const size = ['--threads', '2', '--loops', '5', '--settle', '500ms', '--json'];
    const run = async () =>
      qbl(['run', '--run', 'mine', ...at(topic), '--service-group', group, ...size], await asUser());
    const refused = await run();
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(
      new RegExp(
        `^error: Cannot observe the consumer group '${group}': Failed to find group coordinator$`,
        'm',
      ),
    );
    expect(refused.stderr).toContain('Describe permission on the consumer group');
    await grant(group, DESCRIBE, kafkajs.AclResourceTypes.GROUP);
    expect(recordOf(await run()).reasons).toMatchObject([{ kind: 'not-committed' }]);
  });

  const at = (topic: string) => ['--queue', `kafka://${user.bootstrap}/${topic}`];

  async function asUser(folder?: string) {
    const env = {
      QBL_KAFKA_SECURITY_PROTOCOL: 'sasl_plaintext',
      QBL_KAFKA_SASL_USERNAME: user.username,
      QBL_KAFKA_SASL_PASSWORD: user.password,
    };
    return { folder: folder ?? (await tempFolder()), env };
  }

  async function send(origin: string, topic: string): Promise<Ended & { readonly folder: string }> {
    const options = await asUser();
    const size = ['--threads', '2', '--loops', String(MESSAGES / 2)];
    const args = ['blast', '--url', `${origin}/send`, ...at(topic), ...size, '--json'];
    return { ...(await qbl(args, options)), folder: options.folder };
  }

  async function verify(topic: string, folder: string): Promise<Ended> {
    return qbl(['verify', ...at(topic), '--deadline', '5s', '--json'], await asUser(folder));
  }

  /** Grants another permission for a topic or a group. Resolves when the broker applies it. */
  async function grant(
    resourceName: string,
    operation: AclOperationTypes,
    resourceType = kafkajs.AclResourceTypes.TOPIC,
  ): Promise<void> {
    const resource = {
      resourceType,
      resourceName,
      principal: `User:${user.username}`,
      host: '*',
      operation,
      permissionType: kafkajs.AclPermissionTypes.ALLOW,
    };
    const pattern = kafkajs.ResourcePatternTypes.LITERAL;
    await withAdmin(kafka.bootstrap, async (admin) => {
      await admin.createAcls({ acl: [{ ...resource, resourcePatternType: pattern }] });
      await until('a permission that the broker applies', async () => {
        const known = await admin.describeAcls({ ...resource, resourcePatternType: pattern });
        return known.resources.length > 0;
      });
    });
  }
});

function countsOf({ stdout }: Ended): unknown {
  return JSON.parse(stdout).statistics;
}
