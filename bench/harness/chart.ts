export interface Series {
  readonly name: string;
  /**
   * The points of a line in the chart. Each point is a pair of positive numbers. The points are sorted by the first
   * number.
   */
  readonly points: readonly (readonly [number, number])[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

/** Panels side by side, with the same series and the same quantity on the horizontal axis. All axes are logarithmic. */
export interface ChartSpec {
  readonly title: string;
  readonly horizontal: string;
  readonly panels: readonly Panel[];
}

const [WIDTH, HEIGHT] = [270, 190];
const [LEFT, TOP, GAP, BELOW] = [52, 70, 62, 44];
/** Colours that differ for colour-blind readers, and dashes that differ on paper. */
const STROKES = ['#2b83ba', '#d55e00', '#009e73', '#cc79a7'];
const DASHES = ['none', '7 4', '2 3', '10 3 2 3'];
const STYLE = `text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:14px}
.grid{stroke:#8884;stroke-width:1}.line{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#ddd}}`;

/** Draws a chart as SVG, which is readable on a light and on a dark background. */
export function drawChart({ title, horizontal, panels }: ChartSpec): string {
  const width = panels.length * (LEFT + WIDTH + GAP / 2);
  const height = TOP + HEIGHT + BELOW;
  const names = panels[0]?.series.map(({ name }) => name) ?? [];
  const body = [
    `<text class="title" x="8" y="18">${escaped(title)}</text>`,
    ...names.map((name, index) => legendItem(name, index, 8 + index * 190)),
    ...panels.map((panel, index) => drawPanel(panel, LEFT + index * (LEFT + WIDTH + GAP / 2), horizontal)),
  ];
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(title)}">`;
  return `${[open, `<style>${STYLE}</style>`, ...body].join('\n')}\n</svg>\n`;
}

function legendItem(name: string, index: number, x: number): string {
  return `<path class="line" ${strokeOf(index)} d="M${x} 34h28"/><text x="${x + 34}" y="38">${escaped(name)}</text>`;
}

function drawPanel({ title, series }: Panel, left: number, horizontal: string): string {
  const across = logAxis(series.flatMap(({ points }) => points.map(([x]) => x)));
  const up = logAxis(series.flatMap(({ points }) => points.map(([, y]) => y)));
  const x = (value: number) => round(left + WIDTH * across.share(value));
  const y = (value: number) => round(TOP + HEIGHT * (1 - up.share(value)));
  const bottom = TOP + HEIGHT;
  return [
    ...across.ticks.map(
      (tick) =>
        `<path class="grid" d="M${x(tick)} ${TOP}V${bottom}"/><text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...up.ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${y(tick)}h${WIDTH}"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    ),
    `<text x="${left}" y="${TOP - 6}">${escaped(title)}</text>`,
    `<text x="${left + WIDTH / 2}" y="${bottom + 34}" text-anchor="middle">${escaped(horizontal)}</text>`,
    ...series.map(({ points }, index) => {
      const at = points.map(([px, py]) => [x(px), y(py)] as const);
      const dots = at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colourOf(index)}"/>`);
      return `<polyline class="line" ${strokeOf(index)} points="${at.map((pair) => pair.join(',')).join(' ')}"/>${dots.join('')}`;
    }),
  ].join('\n');
}

/** An axis from the tick below the smallest value to the tick above the largest value. */
function logAxis(values: readonly number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const steps = high / low >= 100 ? [1] : [1, 2, 5];
  const all = Array.from({ length: 25 }, (_, index) => 10 ** (index - 12)).flatMap((power) =>
    steps.map((step) => step * power),
  );
  const first = all.findLast((tick) => tick <= low) ?? low;
  const last = all.find((tick) => tick >= high && tick > first) ?? high;
  return {
    ticks: all.filter((tick) => tick >= first && tick <= last),
    share: (value: number) => Math.log(value / first) / Math.log(last / first),
  };
}

const colourOf = (index: number) => STROKES[index % STROKES.length] ?? '';
const strokeOf = (index: number) =>
  `stroke="${colourOf(index)}" stroke-dasharray="${DASHES[index % DASHES.length] ?? ''}"`;
const round = (value: number) => Math.round(value * 10) / 10;
const short = (value: number) =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
const escaped = (text: string) => text.replace(/[&<"]/g, (character) => `&#${character.charCodeAt(0)};`);
