import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { tracedSample, writeSyntheticRun } from './synthetic-run.ts';

/** Takes the screenshots for docs/report.md: `npm run screenshots`. */

const DESK = { width: 1180, height: 1500 };
const PICTURES: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: DESK, colorScheme: 'light' },
  dark: { viewport: DESK, colorScheme: 'dark' },
  phone: {
    viewport: { width: 390, height: 1600 },
    colorScheme: 'light',
    isMobile: true,
    deviceScaleFactor: 1.5,
  },
};
const RUN = {
  samples: 20_000,
  seconds: 60,
  trace: Array.from({ length: 2000 }, (_, index) => tracedSample(index)),
  processedPerSecond: 240,
  withOutage: true,
};

const folder = await mkdtemp(join(tmpdir(), 'qbl-screenshots-'));
const run = join(folder, 'example');
await writeSyntheticRun(run, RUN);
const written = spawnSync(process.execPath, ['bin/qbl.js', 'report', run], { stdio: 'inherit' });
if (written.status !== 0) throw new Error('qbl report failed');
const browser = await launchChromium();
for (const [name, options] of Object.entries(PICTURES)) {
  const page = await (await browser.newContext({ offline: true, ...options })).newPage();
  await page.goto(pathToFileURL(join(run, 'report.html')).href);
  await page.locator('#percentiles canvas').waitFor();
  await page.screenshot({ path: join('docs', `report-${name}.png`) });
}
await browser.close();
await rm(folder, { recursive: true });
