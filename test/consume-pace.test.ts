import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from './support/broker.ts';
import { connectProducer } from './support/kafka.ts';
import { kill, startQbl } from './support/qbl.ts';
import { startSlowSqs } from './support/slow-sqs.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

test('has enough messages in flight for its rate despite long round trips', async () => {
  const folder = await tempFolder();
  const queue = await startSlowSqs();
  const service = startQbl(['consume', '--queue', queue.url, '--rate', '100'], { folder });
  await service.line(/consuming sqs:/);
  // 100 messages per second need 50 messages in flight, because a round trip takes half a second.
  await until('50 messages in flight', async () => queue.mostInFlight() >= 50);
  service.signal('SIGINT');
  expect((await service.ended).code).toBe(0);
  expect(queue.mostInFlight()).toBeLessThanOrEqual(60);
});

test('reports a missed rate and the rate that it reached', async () => {
  const folder = await tempFolder();
  const queue = await startSlowSqs();
  const args = ['consume', '--queue', queue.url, '--rate', '1000000', '--run', 'mine'];
  const service = startQbl(args, { folder });
  await service.line(/consuming sqs:/);
  const timeline = join(folder, 'runs', 'mine', 'timeline.csv');
  const rows = async () => (await readFile(timeline, 'utf8').catch(() => '')).split('\n').length;
  // The service writes a row every 100 ms and judges the pace after 2 s.
  await until('a timeline of some seconds', async () => (await rows()) > 40, 60_000);
  service.signal('SIGINT');
  const { stderr } = await service.ended;
  expect(stderr).toMatch(
    /^warning: the service started [\d,.]+ attempts a second instead of the configured 1,000,000, while messages waited/m,
  );
  const { end } = JSON.parse(await readFile(join(folder, 'runs', 'mine', 'service.json'), 'utf8'));
  expect(end.pace).toMatchObject({ configuredPerSecond: 1_000_000, isKept: false });
  expect(end.pace.achievedPerSecond).toBeGreaterThan(0);
});

test('does not blame only the machine for a rate that instances without partitions miss', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const args = ['consume', '--queue', `kafka://${address}/orders`, '--rate', '20', '--instances', '12'];
  const service = startQbl([...args, '--drain'], { folder });
  await service.line(/consuming kafka:/);
  const producer = await connectProducer(address);
  // One partition gives all messages to one instance, which needs 5 s for them.
  const messages = Array.from({ length: 100 }, () => ({ value: '{}', partition: 0 }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  service.signal('SIGINT');
  const { code, stderr } = await service.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('instead of the configured 240, while messages waited');
  expect(stderr).toContain('was too slow, or a free instance got none of these messages');
});

test('names a dead-letter queue that did not answer as a reason for a missed rate', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const lettersFolder = await tempFolder();
  const letters = await startBroker(lettersFolder);
  const args = [
    'consume',
    '--queue',
    `kafka://${address}/orders`,
    '--rate',
    '50',
    '--run',
    'mine',
    '--drain',
  ];
  const failing = [
    '--fail',
    '100%',
    '--max-attempts',
    '1',
    '--dead-letter',
    `kafka://${letters.address}/dead`,
  ];
  const service = startQbl([...args, ...failing], { folder });
  await service.line(/consuming kafka:/);
  await kill(letters.process);
  const producer = await connectProducer(address);
  const messages = Array.from({ length: 200 }, () => ({ value: '{}' }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  await service.line(/cannot send a dead letter, trying again/);
  await startBroker(lettersFolder, letters.port);
  service.signal('SIGINT');
  const { code, stderr } = await service.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: the service started .* was too slow, messages waited for the dead-letter queue, or a free instance/m,
  );
});

test('ends on Ctrl-C while the dead-letter queue is down, and leaves its messages in the queue', async () => {
  const folder = await tempFolder();
  const { address } = await startBroker(folder);
  const lettersFolder = await tempFolder();
  const letters = await startBroker(lettersFolder);
  const args = ['consume', '--queue', `kafka://${address}/orders`, '--rate', '50', '--json'];
  const always = ['--fail', '100%', '--max-attempts', '2', '--receipts', 'receipts.csv'];
  const failing = [...always, '--dead-letter', `kafka://${letters.address}/dead`];
  const service = startQbl([...args, ...failing], { folder });
  await service.line(/consuming kafka:/);
  await kill(letters.process);
  const producer = await connectProducer(address);
  const messages = Array.from({ length: 3 }, () => ({ value: '{}' }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  // The second attempt is the last one. After this attempt, only the dead-letter queue prevents the end.
  await until('three failed attempts', async () => {
    const receipts = await readFile(join(folder, 'receipts.csv'), 'utf8');
    return (receipts.match(/,failed,/g) ?? []).length === 3;
  });
  service.signal('SIGINT');
  const { code, stdout } = await service.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout).end).toMatchObject({ processed: 0, deadLettered: 0 });

  // The next service gets the messages again.
  await startBroker(lettersFolder, letters.port);
  const next = startQbl([...args, ...failing, '--drain'], { folder });
  await next.line(/consuming kafka:/);
  next.signal('SIGINT');
  expect(JSON.parse((await next.ended).stdout).end).toMatchObject({ processed: 0, deadLettered: 3 });
});
