import { expect, test } from 'vitest';
import { type ChartSpec, drawChart } from './chart.ts';

const SPEC: ChartSpec = {
  title: 'sender & proxy',
  horizontal: 'connections',
  panels: [
    {
      title: 'requests/s',
      series: [
        { name: 'sender', points: [1, 10, 100].map((x) => [x, x * 1_000] as const) },
        { name: 'proxy', points: [[1, 500]] },
      ],
    },
  ],
};

test('draws a power law as a straight line that rises to the right', () => {
  const line = /<polyline class="line" stroke="#\w+" stroke-dasharray="none" points="([^"]+)"/.exec(
    drawChart(SPEC),
  );
  const points = (line?.[1] ?? '').split(' ').map((pair) => pair.split(',').map(Number));
  const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = [], [x3 = 0, y3 = 0] = []] = points;
  expect(x2 - x1).toBeGreaterThan(0);
  expect(x3 - x2).toBeCloseTo(x2 - x1, 0);
  expect(y2).toBeLessThan(y1);
  expect(y3 - y2).toBeCloseTo(y2 - y1, 0);
});

test('names the chart, the axes, the series and the powers of ten', () => {
  const texts = [...drawChart(SPEC).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(texts).toEqual(
    expect.arrayContaining([
      'sender &#38; proxy',
      'connections',
      'requests/s',
      'sender',
      'proxy',
      '100',
      '1K',
    ]),
  );
});

test('draws a series with one value as a dot, also if no other value is in the panel', () => {
  const alone = {
    ...SPEC,
    panels: [{ title: 'seconds', series: [{ name: 'a', points: [[1, 1] as const] }] }],
  };
  const drawn = drawChart(alone);
  expect(drawn).toContain('<circle');
  expect(drawn).not.toContain('NaN');
});
