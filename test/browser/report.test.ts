import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { launchChromium } from './chromium.ts';
import { START_MS, type SyntheticRun, tracedSample, writeSyntheticRun } from './synthetic-run.ts';

const CHARTS = [
  'rates',
  'backlog',
  'cumulative',
  'percentiles',
  'histogram-0',
  'histogram-1',
  'outcomes-over-time',
  'latency-over-time',
];
const RUN: SyntheticRun = {
  samples: 20_000,
  seconds: 60,
  trace: Array.from({ length: 400 }, (_, index) => tracedSample(index)),
  processedPerSecond: 240,
};
/** Width of an A4 page without its margins, in CSS pixels. */
const A4_WIDTH = 688;
const PHONE = { width: 360, height: 740 };
const ONE_ACKED = `timeStamp,elapsed,label,responseCode,responseMessage,threadName,success
${START_MS},20,r,200,OK,g 1-1,true
`;

let browser: Browser;
let folder: string;
let ordinary: string;

beforeAll(async () => {
  folder = await makeTempFolder();
  browser = await launchChromium();
  ordinary = await reportOf('ordinary', RUN);
});
afterAll(async () => {
  await browser?.close();
  await removeFolder(folder);
});

/** Writes a run and its report. Returns the path of report.html. */
async function reportOf(id: string, run: SyntheticRun): Promise<string> {
  await writeSyntheticRun(join(folder, 'runs', id), run);
  const { code, stdout, stderr } = await qbl(['report', id], { folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim()).toBe(join('runs', id, 'report.html'));
  return join(folder, 'runs', id, 'report.html');
}

/** Opens a report from its file, without a network. Any console message fails the test. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(pathToFileURL(path).href);
  await page.locator('#percentiles canvas').waitFor();
  return page;
}

/** Opens the only closed <details> element inside the element `place`, and waits for its content. */
async function unfold(page: Page, place: string): Promise<void> {
  await page.locator(`${place} summary`).click();
  await page.locator(`${place} details > summary + *`).waitFor();
}

function coloursOf(page: Page, chart: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#${chart} canvas');
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size;
  })()`);
}

/** Number of pixels of a chart that have exactly the colour of a shaded outage. */
function shadedPixels(page: Page, chart: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#${chart} canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const shade = getComputedStyle(document.documentElement).getPropertyValue('--shade').trim();
    const wanted = [1, 3, 5].map((at) => parseInt(shade.slice(at, at + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (wanted.every((value, part) => data[at + part] === value)) count++;
    return count;
  })()`);
}

describe('a report in Chromium', () => {
  test('draws every chart', async () => {
    const page = await open(ordinary);
    for (const chart of CHARTS) expect(await coloursOf(page, chart), chart).toBeGreaterThan(8);
    expect(await page.locator('canvas').count()).toBe(CHARTS.length);
  });

  test('shows a row of key figures at the top', async () => {
    const page = await open(ordinary);
    const text = await page.locator('.key').innerText();
    expect(text).toMatch(/requests\s+20,000\s+rate\s+333\/s\s+errors\s+[\d.]+%/);
    expect(text).toMatch(/p99 of HTTP\s+[\d,]+ ms\s+p99 end to end\s+[\d,]+ ms\s+largest backlog\s+9,120/);
  });

  test('shows the verdict and the counts', async () => {
    const page = await open(ordinary);
    expect(await page.locator('.verdict').innerText()).toMatch(
      /PASS\s+All 19,\d{3} acknowledged messages arrived/,
    );
    expect(await page.locator('#verdict .counts').innerText()).toMatch(/sent\s+20,000/);
    expect(await page.locator('#levelling').innerText()).toMatch(/largest backlog\s+9,120 after 36.0 s/);
    expect(await page.locator('#summary tbody tr').count()).toBe(2);
    expect(await page.locator('#results').innerText()).toMatch(
      /20 failures \(\d+ left out\) and 380 successes \([\d,]+ left out\)/,
    );
  });

  test('finds results by text in a body, a header or a name, and by kind', async () => {
    const page = await open(ordinary);
    const search = page.getByLabel('Search');
    const found = page.locator('#results [role=status]');
    const says = (text: string) => expect.poll(() => found.innerText()).toBe(text);
    await says('400 of 400 results');
    expect(await page.locator('.results > li').count()).toBe(50);
    await search.fill('MENSAJE 3 del usuario 17"');
    await says('1 of 400 results');
    await unfold(page, '.results');
    expect(await page.locator('.results pre').allInnerTexts()).toEqual([
      expect.stringContaining('Authorization: ***'),
      expect.stringMatching(/^\{\n {2}"id": "[^"]+",\n[\s\S]*\n {2}"mensaje": "Mensaje 3 del usuario 17",\n/),
      expect.stringMatching(/^200 OK\n[\s\S]*X-Request-Id: r-216/),
      'Mensaje enviado a Kafka',
    ]);
    await search.fill('x-request-id: r-399');
    await says('1 of 400 results');
    await search.fill('');
    await page.getByLabel('Show').selectOption('failures');
    await says('20 of 400 results');
    await page.getByLabel('Show').selectOption('successes');
    await page.getByRole('button', { name: 'Show more' }).click();
    expect(await page.locator('.results > li').count()).toBe(100);
  });

  test('speaks the figures of a chart when an arrow key is pressed, and shows them as a table', async () => {
    const page = await open(ordinary);
    const plot = page.locator('#rates-plot');
    await plot.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const spoken = page.locator('#rates [aria-live]');
    expect(await spoken.innerText()).toMatch(/^[\d.]+ s: arrived [\d,.]+\/s, processed [\d,.]+\/s$/);
    const before = await spoken.innerText();
    await page.keyboard.press('ArrowRight');
    expect(await spoken.innerText()).not.toBe(before);
    expect(await plot.getAttribute('aria-label')).toMatch(/Arrivals peak at 1,0\d\d\/s/);
    await unfold(page, '#rates');
    expect(await page.locator('#rates tbody tr').count()).toBeGreaterThan(20);
  });

  test('has accessible names for all controls, and headings in order', async () => {
    const page = await open(ordinary);
    const unnamed =
      await page.evaluate(`[...document.querySelectorAll('input, select, [tabindex], [role=application]')]
      .filter((node) => !node.labels?.length && !node.getAttribute('aria-label')).map((node) => node.outerHTML.slice(0, 80))`);
    expect(unnamed).toEqual([]);
    const levels: number[] = await page.evaluate(
      `[...document.querySelectorAll('h1, h2, h3, h4')].map((node) => Number(node.tagName[1]))`,
    );
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    const ids: string[] = await page.evaluate(`[...document.querySelectorAll('[id]')].map(({ id }) => id)`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('fits a phone without scrolling sideways', async () => {
    const page = await open(ordinary, {
      viewport: PHONE,
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    const row = page.locator('.results summary').first();
    expect(await row.innerText()).toMatch(
      /503 Not Enqueued[\s\S]*Enviar a Kafka vía Proxy[\s\S]*Usuarios simulados 1-20, loop 1/,
    );
    const cut: number = await page.evaluate(
      `[...document.querySelector('.results summary').children].filter((part) => part.scrollWidth > part.clientWidth).length`,
    );
    expect(cut).toBe(0);
    await row.tap();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  });

  test('redraws its charts for dark mode, and prints them in light colours', async () => {
    const page = await open(ordinary, { colorScheme: 'dark' });
    const picture = () => page.evaluate(`document.querySelector('#rates canvas').toDataURL()`);
    const dark = await picture();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(picture).not.toBe(dark);
    await page.emulateMedia({ media: 'print' });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await expect.poll(() => page.evaluate(`document.querySelector('#rates canvas').width`)).toBeLessThan(700);
    await page.setViewportSize({ width: A4_WIDTH, height: 900 });
    const tooWide: number[] = await page.evaluate(
      `[document.documentElement, ...document.querySelectorAll('.scroll')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth).filter((more) => more > 0)`,
    );
    expect(tooWide, 'a browser shrinks a page that is too wide for its paper').toEqual([]);
    const shares: number[] = await page.evaluate(
      `[...document.querySelectorAll('figure canvas')].map((canvas) => canvas.clientWidth / canvas.closest('figure').clientWidth)`,
    );
    expect(shares).toHaveLength(CHARTS.length);
    for (const share of shares) expect(share).toBeGreaterThan(0.95);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
  });
});

describe('the report of a run that was repeated without a queue', () => {
  const CHARTS_OVER_TIME = [
    'failures',
    'rates',
    'backlog',
    'cumulative',
    'outcomes-over-time',
    'latency-over-time',
  ];
  let compared: string;
  beforeAll(async () => {
    compared = await reportOf('compared', { ...RUN, withOutage: true });
  });

  test('shows the benefit of the queue below the verdict', async () => {
    const page = await open(compared);
    const order: string[] = await page.evaluate(
      `[...document.querySelectorAll('main > section')].map(({ id }) => id)`,
    );
    expect(order.slice(0, 2)).toEqual(['verdict', 'benefit']);
    const cards = await page.locator('#benefit table').allInnerTexts();
    expect(cards).toHaveLength(3);
    expect(cards[0]).toMatch(/^Availability\s+queue\s+direct\s+failed requests\s+4\d\d\s+10,\d{3}\s/);
    expect(cards[0]).toMatch(/p50 \(ms\)\s+\d+\s+\d+\s+.*p99 \(ms\)\s+\d+\s+\d+\s*$/);
    expect(cards[1]).toMatch(
      /^Scalability\s+queue\s+direct\s+time until all messages are processed \(s\)\s+83.7\s.*never\s*$/s,
    );
    expect(cards[2]).toMatch(
      /^Cost\s+queue\s+direct\s+attempts started.*requests received.*instances needed/s,
    );
    expect(await coloursOf(page, 'failures')).toBeGreaterThan(8);
    expect(await page.locator('#failures-plot').getAttribute('aria-label')).toMatch(
      /up to 1,\d{3}\/s without it. outage from 27 s to 33 s/,
    );
  });

  test('draws no chart of failures if no request failed', async () => {
    await writeSyntheticRun(join(folder, 'runs', 'faultless'), { ...RUN, withOutage: true });
    for (const id of ['faultless', 'faultless-direct']) {
      await writeFile(join(folder, 'runs', id, 'samples.jtl'), ONE_ACKED);
    }
    expect((await qbl(['report', 'faultless'], { folder })).code).toBe(0);
    const page = await open(join(folder, 'runs', 'faultless', 'report.html'));
    expect(await page.locator('#benefit').innerText()).toContain('No request failed');
    expect(await page.locator('#benefit canvas').count()).toBe(0);
  });

  test('shades the outage in every chart over time', async () => {
    const [page, without] = [await open(compared), await open(ordinary)];
    for (const chart of CHARTS_OVER_TIME) expect(await shadedPixels(page, chart), chart).toBeGreaterThan(50);
    for (const chart of CHARTS_OVER_TIME.slice(1)) expect(await shadedPixels(without, chart), chart).toBe(0);
  });

  test('shows every figure of the comparison within the width of a phone', async () => {
    const page = await open(compared, { viewport: PHONE, isMobile: true });
    const overflows: number[] = await page.evaluate(
      `[...document.querySelectorAll('#comparison .scroll, #benefit .scroll')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)`,
    );
    expect(overflows).toEqual([0, 0, 0, 0]);
    expect(await page.locator('#comparison thead').innerText()).toMatch(/queue\s+direct/);
    expect(await page.locator('#comparison tbody').innerText()).toMatch(/10,536\s+predicted 10,512/);
  });
});

describe('a run with lost messages', () => {
  let lost: string;
  beforeAll(async () => {
    lost = await reportOf('lost', { ...RUN, lost: 37 });
  });

  test('links each shown message to its request, although it was not traced', async () => {
    const page = await open(lost);
    await page.getByLabel('Search').fill('nothing has this text');
    await page.locator('.offenders summary').click();
    const links = page.locator('.offenders a');
    expect(await links.count()).toBe(20);
    await links.nth(6).click();
    const opened = page.locator('.results details[open]');
    await expect.poll(() => opened.count()).toBe(1);
    expect(await page.locator('#request-1-7-7-1 details[open]').count()).toBe(1);
    const text = await opened.innerText();
    expect(text).toMatch(/lost\s*200 OK[\s\S]*1-7, loop 7/);
    expect(text).toContain('"mensaje": "Mensaje 7 del usuario 7"');
    expect(text).toContain('Authorization: ***');
    expect(text).toMatch(/qbl did not keep these values[^.]*\$\{uuid\}/);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    expect(await page.getByLabel('Search').inputValue()).toBe('');
  });

  test('opens the request in the hash of the URL', async () => {
    const page = await open(lost);
    await page.goto(`${pathToFileURL(lost).href}#request-1-3-7-1`);
    await page.locator('#request-1-3-7-1 details[open]').waitFor();
  });

  test('filters results by the problem of the message and by outcome', async () => {
    const page = await open(lost);
    const found = page.locator('#results [role=status]');
    const says = (text: string) => expect.poll(() => found.innerText()).toBe(text);
    await says('420 of 420 results');
    await page.getByLabel('Kind').selectOption('lost');
    await says('20 of 420 results');
    await page.getByLabel('Show').selectOption('rejected');
    await says('0 of 420 results');
    await page.getByLabel('Kind').selectOption('');
    await says('20 of 420 results');
    await page.getByLabel('Show').selectOption('acked');
    await says('400 of 420 results');
    await page.getByLabel('Search').fill('lost');
    await says('20 of 420 results');
    expect(await page.locator('#results > .note').allInnerTexts()).toContainEqual(
      expect.stringMatching(/^20 messages with a problem were not traced/),
    );
  });
});

test('draws a chart of a single sample, and no chart without samples', async () => {
  await writeSyntheticRun(join(folder, 'runs', 'single'), { ...RUN, samples: 1, trace: [] });
  await writeFile(join(folder, 'runs', 'single', 'samples.jtl'), ONE_ACKED);
  expect((await qbl(['report', 'single'], { folder })).code).toBe(0);
  const page = await open(join(folder, 'runs', 'single', 'report.html'));
  const inkOfAcked = await page.evaluate(`(() => {
    const canvas = document.querySelector('#outcomes-over-time canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colour = getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim();
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (wanted.every((value, part) => data[at + part] === value)) count++;
    return count;
  })()`);
  expect(inkOfAcked).toBeGreaterThan(10);
  await writeFile(join(folder, 'runs', 'single', 'samples.jtl'), '');
  expect((await qbl(['report', 'single'], { folder })).code).toBe(0);
  const empty = await open(join(folder, 'runs', 'single', 'report.html'));
  expect(await empty.locator('#outcomes').count()).toBe(0);
});

test('keeps the figures of the Summary Report visible beside a long label', async () => {
  const run = join(folder, 'runs', 'long-label');
  await writeSyntheticRun(run, { ...RUN, samples: 100, trace: [] });
  const summary = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  summary.rows[0].label = 'A'.repeat(200);
  await writeFile(join(run, 'summary.json'), JSON.stringify(summary));
  expect((await qbl(['report', 'long-label'], { folder })).code).toBe(0);
  const page = await open(join(run, 'report.html'), { viewport: { width: 1100, height: 800 } });
  const last = await page.locator('#summary tbody tr').first().locator('td').last().boundingBox();
  expect((last?.x ?? Infinity) + (last?.width ?? Infinity)).toBeLessThanOrEqual(1100);
});

test('draws the curves of compared runs differently', async () => {
  const others = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const id of ['own', ...others])
    await writeSyntheticRun(join(folder, 'runs', id), { ...RUN, samples: 100, trace: [] });
  expect((await qbl(['report', 'own', '--compare', ...others], { folder })).code).toBe(0);
  const page = await open(join(folder, 'runs', 'own', 'report.html'));
  const lines: string[] = await page.evaluate(
    `[...document.querySelectorAll('#percentiles .legend line')].map((line) => line.getAttribute('stroke') + line.getAttribute('stroke-dasharray'))`,
  );
  expect(lines).toHaveLength(6);
  expect(new Set(lines).size).toBe(6);
  expect(await page.locator('#latency').innerText()).toContain('2 more runs are not drawn');
});

test('shows the numbers of a thread in order after a name that is written from right to left', async () => {
  const trace = [{ ...tracedSample(0), thread: 'مستخدمون 9-1' }];
  const page = await open(await reportOf('right-to-left', { ...RUN, samples: 100, trace }));
  const shown: { text: string; lefts: number[] } = await page.evaluate(`(() => {
    const text = document.querySelector('.results summary .muted').lastChild;
    const lefts = ['9', '-', '1', 'loop'].map((part) => {
      const range = document.createRange();
      range.setStart(text, text.data.indexOf(part));
      range.setEnd(text, text.data.indexOf(part) + 1);
      return range.getBoundingClientRect().left;
    });
    return { text: text.data, lefts };
  })()`);
  expect(shown.text).toBe(' 9-1, loop 1');
  expect(shown.lefts).toEqual([...shown.lefts].sort((a, b) => a - b));
});

test('shows the facts of a plan with 100 thread groups on one line each', async () => {
  const run = join(folder, 'runs', 'many-groups');
  await writeSyntheticRun(run, { ...RUN, samples: 100, trace: [] });
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  const [group] = record.plan.threadGroups;
  record.plan.threadGroups = Array.from({ length: 100 }, (_, index) => ({
    ...group,
    name: `${group.name} ${index + 1}`,
  }));
  await writeFile(join(run, 'run.json'), JSON.stringify(record));
  expect((await qbl(['report', 'many-groups'], { folder })).code).toBe(0);
  const page = await open(join(run, 'report.html'), { viewport: { width: 1180, height: 800 } });
  const lines: number[] = await page.evaluate(
    `[...document.querySelectorAll('#run dt, #run dd')].map((name) => {
      const range = document.createRange();
      range.selectNodeContents(name);
      return range.getClientRects().length;
    })`,
  );
  expect(lines.length).toBeGreaterThan(80);
  expect(new Set(lines)).toEqual(new Set([1]));
});

describe('hostile text', () => {
  const TEXTS = [
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(2)>',
    'a\u2028b\u2029c',
    'right\u202eto left',
    'nul\u0000nul',
    '<!--<script>',
    ']]>&amp;&lt;',
    "';alert(3);//",
  ];

  test('is shown as text everywhere', async () => {
    const text = TEXTS.join(' ');
    const trace = [tracedSample(0, { request: text, response: text, label: text, header: text })];
    const page = await open(await reportOf('hostile', { ...RUN, samples: 100, trace }));
    await unfold(page, '.results');
    const shown = (await page.locator('.results li').innerText()).replaceAll('\n', ' ');
    for (const part of [
      '</script><script>alert(1)</script>',
      '<img src=x onerror=alert(2)>',
      '<!--<script>',
      ']]>&amp;&lt;',
    ]) {
      expect(shown.split(part).length - 1).toBeGreaterThanOrEqual(4);
    }
    expect(shown).toContain('a\\u2028b\\u2029c right\\u202eto left nul\\u0000nul');
    expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
  });

  test('could not run even as mark-up, because of the content security policy', async () => {
    const context = await browser.newContext({ offline: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(pathToFileURL(ordinary).href);
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<b onclick="window.ran = true">x</b>')`,
    );
    await page.evaluate(`document.querySelector('body > b').click()`);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(refused.join()).toMatch(/Content Security Policy/);
  });
});

test('limits the bytes, elements and points of a report with 1,000,000 samples and 2,000 results', async () => {
  const trace = Array.from({ length: 2000 }, (_, index) =>
    tracedSample(index, { response: 'x'.repeat(12_000) }),
  );
  const path = await reportOf('large', { samples: 1_000_000, seconds: 3600, trace, processedPerSecond: 400 });
  expect((await stat(path)).size).toBeLessThan(5_000_000);
  const page = await open(path);
  for (const chart of CHARTS) expect(await coloursOf(page, chart), chart).toBeGreaterThan(8);
  expect(await page.evaluate(`document.querySelectorAll('*').length`)).toBeLessThan(2_000);
  const { levelling, outcomes } = JSON.parse((await page.locator('#data').textContent()) ?? '');
  for (const { seconds } of [levelling, levelling.rates, outcomes]) {
    expect(seconds.length).toBeGreaterThan(100);
    expect(seconds.length).toBeLessThanOrEqual(1_000);
  }
}, 300_000);
