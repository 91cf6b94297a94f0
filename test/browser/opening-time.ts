import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { tracedSample, writeSyntheticRun } from './synthetic-run.ts';

/** Measures the time to open the report of a large run: `npm run opening-time`. */

const OPENINGS = 9;
const RUN = {
  samples: 1_000_000,
  seconds: 3600,
  trace: Array.from({ length: 2000 }, (_, index) => tracedSample(index, { response: 'x'.repeat(12_000) })),
  processedPerSecond: 400,
};
/** The second frame after loading starts when the first frame, with the charts, has been painted. */
const NOTE_OPENING = `addEventListener('load', () =>
  requestAnimationFrame(() => requestAnimationFrame(() => (window.openedMs = performance.now()))))`;

/** Time from the start of the navigation to the charts on the screen, without a browser cache. */
async function openingMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  await page.addInitScript(NOTE_OPENING);
  await page.goto(url);
  const opened = await page.waitForFunction('window.openedMs');
  const charts = await page.locator('canvas').count();
  if (charts < 8) throw new Error(`expected at least 8 charts, but only ${charts} were drawn`);
  const ms = Number(await opened.jsonValue());
  await context.close();
  return ms;
}

const folder = await mkdtemp(join(tmpdir(), 'qbl-opening-'));
const run = join(folder, 'large');
await writeSyntheticRun(run, RUN);
const written = spawnSync(process.execPath, ['bin/qbl.js', 'report', run], { stdio: 'ignore' });
if (written.status !== 0) throw new Error('qbl report failed');
const report = join(run, 'report.html');
const browser = await launchChromium();
const times: number[] = [];
for (let opening = 0; opening < OPENINGS; opening++)
  times.push(await openingMs(browser, pathToFileURL(report).href));
times.sort((a, b) => a - b);
const { size } = await stat(report);
const [least, median, most] = [0, (OPENINGS - 1) / 2, OPENINGS - 1].map((at) => Math.round(times[at] ?? 0));
process.stdout.write(
  `${size} bytes; opened in ${median} ms, the median of ${OPENINGS} (${least} to ${most} ms)\n`,
);
await browser.close();
await rm(folder, { recursive: true });
