import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { stampBatch } from './log/record-batch.ts';
import { repairData } from './repair.ts';
import { batchOf, payloadsOf } from './testing/batches.ts';
import {
  cleanUp,
  fetchFrom,
  onCleanUp,
  produceTo,
  TestBroker,
  temporaryDirectory,
  touchTopic,
} from './testing/test-broker.ts';
import { deleteTopics } from './wire/apis/topics.ts';
import { ERRORS } from './wire/errors.ts';

afterEach(cleanUp);

/** A stopped broker with one message in topic `t`, and the folder of that topic. */
async function stopped() {
  const broker = await TestBroker.start({ partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('kept') }));
  await broker.stop();
  const topics = join(broker.dataDirectory, 'topics');
  const [id = ''] = await readdir(topics);
  return { broker, topics, id, folder: join(topics, id) };
}

async function repair(broker: TestBroker): Promise<string> {
  const lines: string[] = [];
  await repairData({ dataDirectory: broker.dataDirectory, report: (line) => lines.push(line) });
  return lines.join('\n');
}

describe('a data folder that no broker created', () => {
  test.each([
    ['a file', 'photo.jpg'],
    ['a folder like the one for topics', 'topics/holiday/photo.jpg'],
    ['a file with the name of a lock', 'lock-deadbeef'],
    ['a journal that is not empty', 'offsets.journal'],
  ])('a foreign folder is refused and left unchanged: %s', async (_, file) => {
    const dataDirectory = await temporaryDirectory();
    const path = join(dataDirectory, file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'mine');
    await expect(TestBroker.start({ dataDirectory })).rejects.toMatchObject({ code: 'data-foreign' });
    await expect(repairData({ dataDirectory, report: () => {} })).rejects.toMatchObject({
      code: 'data-foreign',
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await readdir(dataDirectory)).toEqual([file.split('/')[0]]);
  });

  test('an empty data folder is accepted, also after an interrupted first start', async () => {
    const dataDirectory = await temporaryDirectory();
    await mkdir(join(dataDirectory, 'topics'));
    await writeFile(join(dataDirectory, 'offsets.journal'), '');
    await TestBroker.start({ dataDirectory });
  });

  test.skipIf(process.platform === 'win32')('only its owner can access a new data folder', async () => {
    const dataDirectory = join(await temporaryDirectory(), 'new');
    await TestBroker.start({ dataDirectory });
    expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700);
  });

  test.skipIf(process.platform === 'win32')(
    'a named pipe instead of the identity file is damage; the broker does not wait for it',
    async () => {
      const { broker } = await stopped();
      const identity = join(broker.dataDirectory, 'broker.json');
      await rm(identity);
      execFileSync('mkfifo', [identity]);
      await expect(broker.restart()).rejects.toMatchObject({ code: 'data-damaged' });
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a symbolic link instead of a draft file is not followed',
    async () => {
      const { broker } = await stopped();
      const mine = join(await temporaryDirectory(), 'mine');
      await writeFile(mine, 'mine');
      await symlink(mine, join(broker.dataDirectory, 'state.json.new'));
      await broker.restart();
      await broker.stop();
      expect(await readFile(mine, 'utf8')).toBe('mine');
    },
  );

  test('a regular file with the name of a lock stays in the data folder', async () => {
    const { broker } = await stopped();
    const path = join(broker.dataDirectory, 'lock-deadbeef');
    await writeFile(path, 'mine');
    await broker.restart();
    expect(await readFile(path, 'utf8')).toBe('mine');
  });
});

describe('the folder of topics', () => {
  test('foreign files and folders stay, and one log line lists them', async () => {
    const { broker, topics } = await stopped();
    await mkdir(join(topics, 'holiday'));
    await writeFile(join(topics, 'holiday', '0.log'), 'mine');
    await writeFile(join(topics, 'notes.txt'), 'mine');
    await broker.restart();
    expect(await readFile(join(topics, 'holiday', '0.log'), 'utf8')).toBe('mine');
    expect(await readFile(join(topics, 'notes.txt'), 'utf8')).toBe('mine');
    expect(broker.lines).toEqual([expect.stringMatching(/holiday.*notes\.txt|notes\.txt.*holiday/)]);
  });

  test('deleting a topic keeps foreign files in its folder', async () => {
    const { broker, topics, id, folder } = await stopped();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await broker.start();
    const client = await broker.client();
    const request = { topicNames: ['t'], timeoutMs: 1_000 };
    expect((await client.request(deleteTopics, 3, request)).responses[0]?.errorCode).toBe(ERRORS.NONE);
    expect(await readdir(join(topics, `${id}.deleting`))).toEqual(['notes.txt']);
    expect(await readFile(join(topics, `${id}.deleting`, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a topic that was being created or deleted during a crash is removed', async () => {
    const { broker, topics, id, folder } = await stopped();
    await mkdir(join(topics, `${id.replace(/^./, '0')}.making`));
    await rename(folder, `${folder}.deleting`);
    await rm(join(broker.dataDirectory, 'state.json'));
    await broker.start();
    expect(await readdir(topics)).toEqual([]);
  });

  test.each([
    ['is missing', (path: string) => rm(path)],
    [
      'has a flipped bit',
      async (path: string) => {
        await writeFile(path, (await readFile(path, 'utf8')).replace('[0]', '[1]'));
      },
    ],
  ])('a topic description that %s is an error; repair moves the logs aside', async (_, damage) => {
    const { broker, folder } = await stopped();
    await damage(join(folder, 'topic.json'));
    await expect(broker.start()).rejects.toMatchObject({
      code: 'data-damaged',
      message: expect.stringContaining(join(folder, 'topic.json')),
    });
    expect(await repair(broker)).toContain(`${folder}.aside`);
    expect(payloadsOf(await readFile(join(`${folder}.aside`, '0.log')))).toEqual(['kept']);
    await broker.start();
  });

  test('a second folder of the same topic is an error; repair moves it aside', async () => {
    const { broker, topics, id, folder } = await stopped();
    const copy = join(topics, id.replace(/^.{4}/, 'ffff'));
    await mkdir(copy);
    for (const name of await readdir(folder))
      await writeFile(join(copy, name), await readFile(join(folder, name)));
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
    expect(await repair(broker)).toContain('.aside');
    await broker.start();
    expect(payloadsOf((await fetchFrom(await broker.client(), 't')).records)).toEqual(['kept']);
  });
});

test('a damaged identity is an error; repair creates a new one and keeps the topics', async () => {
  const { broker } = await stopped();
  const path = join(broker.dataDirectory, 'broker.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"clusterId":"', '"clusterId":"x'));
  await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
  expect(await repair(broker)).toContain(`${path}.aside`);
  await broker.start();
  expect(payloadsOf((await fetchFrom(await broker.client(), 't')).records)).toEqual(['kept']);
});

test('after its data folder was deleted, the broker acknowledges nothing more and reports the loss', async () => {
  const broker = await TestBroker.start({ partitions: 1 });
  const client = await broker.client();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf());
  await rm(broker.dataDirectory, { recursive: true });
  expect((await produceTo(client, 't', batchOf())).errorCode).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  expect(await broker.lost).toMatchObject({ code: 'data-removed' });
});

test.each([
  ['moved', async (_: string) => {}],
  ['replaced by a copy', async (folder: string) => void execFileSync('cp', ['-a', `${folder}.old`, folder])],
  ['replaced by an empty folder', (folder: string) => mkdir(folder)],
])(
  'after its data folder was %s, the broker acknowledges nothing more and reports it',
  async (_, replace) => {
    const broker = await TestBroker.start({ partitions: 1, lengthsIntervalMs: 10 });
    const client = await broker.client();
    await touchTopic(client, 't');
    await produceTo(client, 't', batchOf());
    const { dataDirectory } = broker;
    await rename(dataDirectory, `${dataDirectory}.old`);
    onCleanUp(() => rm(`${dataDirectory}.old`, { recursive: true }));
    await replace(dataDirectory);
    expect((await produceTo(client, 't', batchOf())).errorCode).toBe(ERRORS.KAFKA_STORAGE_ERROR);
    expect(await broker.lost).toMatchObject({
      code: 'data-removed',
      message: expect.stringContaining('was removed or replaced'),
    });
    const state = () => readFile(join(dataDirectory, 'state.json'), 'utf8').catch(() => 'none');
    const before = await state();
    await broker.stop();
    expect(await state(), 'lengths of another folder would look like damage').toBe(before);
  },
);

test('nothing is acknowledged after another program truncated the log', async () => {
  const { broker, folder } = await stopped();
  await broker.start();
  const client = await broker.client();
  await truncate(join(folder, '0.log'), 10);
  expect((await produceTo(client, 't', batchOf())).errorCode).toBe(ERRORS.KAFKA_STORAGE_ERROR);
});

test('a clock behind the last append time is reported at start, and append times never decrease', async () => {
  const { broker, folder } = await stopped();
  const log = join(folder, '0.log');
  const batch = await readFile(log);
  stampBatch(batch, 0, Date.now() + 3_650 * 24 * 3_600_000);
  await writeFile(log, batch);
  await broker.start();
  expect(broker.lines).toEqual([
    expect.stringMatching(/^the clock is 36\d\d days behind the last append time/),
  ]);
  const { logAppendTimeMs } = await produceTo(await broker.client(), 't', batchOf());
  expect(logAppendTimeMs).toBe(Number(batch.readBigInt64BE(35)));
});
