import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { launchChromium } from './chromium.ts';

const RUN = [
  'run',
  '--threads',
  '2',
  '--rate',
  '20',
  '--rate-tolerance',
  '100%',
  '--duration',
  '12s',
  '--service-rate',
  '15',
  '--live',
];
/** A run that is still sending when its test has ended, also on a busy machine. */
const LONG_RUN = [...RUN, '--duration', '10m'];
/** Number of browsers that can follow a live page. */
const MAX_FOLLOWERS = 20;
const TYPED = 'mensaje';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Opens the page of a run before it starts to send, and waits for the first result. */
async function openLive(url: string) {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  onTestFinished(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(url);
  expect(await page.locator('.verdict').innerText()).toMatch(/RUNNING/);
  await page.locator('.results summary').first().waitFor();
  return page;
}

test('follows a run to its verdict, and keeps what the user typed and opened', async () => {
  const run = startQbl(RUN, { folder: await tempFolder() });
  const page = await openLive(await run.line(/live {4}(http:\S+)/));
  expect(await page.title()).toMatch(/^running: run /);
  expect(await page.locator('#summary').count()).toBe(0);
  await page.locator('.results summary').first().click();
  await page.locator('.results .content').waitFor();
  const opened = await page.locator('.results details[open]').innerText();
  await page.locator('#rates .figures summary').click();
  await page.evaluate(`document.querySelector('#rates-plot').dataset.seen = 'yes'`);
  await page.getByLabel('Search').fill(TYPED);
  await expect.poll(() => page.locator('.verdict').innerText(), { timeout: 60_000 }).toMatch(/^\S*\s*PASS/);

  expect(await page.title()).toMatch(/^pass: run /);
  expect(await page.evaluate('document.activeElement.id')).toBe('search');
  expect(await page.getByLabel('Search').inputValue()).toBe(TYPED);
  expect(await page.locator('.results details[open]').innerText()).toBe(opened);
  expect(await page.locator('#rates .figures').getAttribute('open')).not.toBeNull();
  expect(await page.locator('#rates .figures tbody tr').count()).toBeGreaterThan(10);
  expect(await page.locator('#rates-plot[data-seen]').count()).toBe(1);
  const order: string[] = await page.evaluate(
    `[...document.querySelectorAll('main > section')].map(({ id }) => id)`,
  );
  const nav: string[] = await page.evaluate(
    `[...document.querySelectorAll('nav a')].map(({ hash }) => hash.slice(1))`,
  );
  expect(order).toEqual(nav);
  expect(order).toEqual(expect.arrayContaining(['summary', 'comparison']));
  expect((await run.ended).code).toBe(0);
});

test('says that the state is old if the run was killed', async () => {
  const run = startQbl(LONG_RUN, { folder: await tempFolder() });
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(await run.line(/live {4}(http:\S+)/));
  await page.locator('.results summary').first().waitFor();
  const status = page.locator('.connection[role=status]');
  expect(await status.innerText()).toBe('');
  run.signal('SIGKILL');
  await expect
    .poll(() => status.innerText())
    .toMatch(/^This page has no connection to qbl and shows an old state/);
  expect(await page.title()).toMatch(/^disconnected: running: run /);
});

test('removes the notice after the browser has connected again', async () => {
  const run = startQbl(LONG_RUN, { folder: await tempFolder() });
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const url = await run.line(/live {4}(http:\S+)/);
  await page.goto(url);
  await page.locator('.results summary').first().waitFor();
  await page.evaluate(`
    seen = [];
    const status = document.querySelector('.connection');
    new MutationObserver(() => seen.push(status.textContent)).observe(status, { childList: true });
  `);
  const followers = new AbortController();
  onTestFinished(() => followers.abort());
  for (let count = 0; count < MAX_FOLLOWERS; count++) {
    const { body } = await fetch(new URL('/events', url), { signal: followers.signal });
    // The server first disconnects browsers that do not read, so read. Ends with an error when the server disconnects it.
    body?.pipeTo(new WritableStream()).catch(() => {});
  }
  const firstAndLast = () => page.evaluate<string[]>('[seen.at(0), seen.at(-1)]');
  const notice = expect.stringMatching(/^This page has no connection to qbl/);
  await expect.poll(firstAndLast).toEqual([notice, '']);
  expect(await page.title()).toMatch(/^running: run /);
});
