const LIGHT = `
  --paper: #ffffff; --panel: #f5f6f8; --text: #1b2026; --muted: #59636e; --rule: #dce0e5; --link: #1c5fa8;
  --shade: #dde2e8;
  --pass: #17713a; --fail: #b3261e; --unknown: #7d5800; --unverified: #59636e;
  --series-1: #1c5fa8; --series-2: #c05412; --series-3: #6d3fa0; --series-4: #23794a; --series-5: #a01f58;
  --series-6: #5c6470;`;

const DARK = `
  --paper: #14171b; --panel: #1c2026; --text: #e4e7eb; --muted: #9aa5b1; --rule: #303740; --link: #7db5f0;
  --shade: #333b45;
  --pass: #5fc588; --fail: #f2877e; --unknown: #e0b34c; --unverified: #9aa5b1;
  --series-1: #6cabf0; --series-2: #f0995c; --series-3: #c09ae8; --series-4: #67c490; --series-5: #f07fae;
  --series-6: #a7b0bb;`;

/** The style of the page. The charts read their colours from its CSS variables. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--text);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
#report { max-width: 1180px; margin: 0 auto; padding: 20px 24px 40px; }
h1, h2, h3, h4, p, dl, ol, ul, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 22px; font-weight: 600; overflow-wrap: anywhere; }
h1 code { font: inherit; }
h2 { font-size: 17px; font-weight: 600; margin: 36px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--rule); }
h3 { font-size: 14px; font-weight: 600; margin-bottom: 6px; }
h4 { font-size: 13px; font-weight: 600; margin: 8px 0 4px; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.note, .muted, footer { color: var(--muted); font-size: 13px; }
.note { margin: 6px 0; overflow-wrap: anywhere; }
footer { margin-top: 40px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 8px; font-size: 13px; }
section { scroll-margin-top: 8px; }

.verdict { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; padding: 10px 14px;
  background: var(--panel); border-left: 4px solid var(--tone); }
.verdict strong { color: var(--tone); font-size: 18px; letter-spacing: .02em; }
.verdict .sign { margin-right: 8px; }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); }
.unknown { --tone: var(--unknown); } .unverified { --tone: var(--unverified); }
.running { --tone: var(--link); }
.connection:not(:empty) { position: sticky; top: 0; z-index: 1; padding: 8px 24px; background: var(--panel);
  border-bottom: 2px solid var(--unknown); }
.reasons { margin: 10px 0 0 18px; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 18px 40px; margin: 16px 0 12px; }
.counts dl div { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid var(--rule); padding: 2px 0; }
.counts dd, .figure { margin: 0; font-variant-numeric: tabular-nums; text-align: right; }
.counts .none { color: var(--muted); }
.counts .offence { color: var(--fail); font-weight: 600; }
.counts small, td small { display: block; color: var(--muted); font-size: 12px; }
.part { display: block; padding-left: 14px; }
.offenders ol { margin: 6px 0 6px 32px; font-size: 13px; }
details > summary { cursor: pointer; }

.facts { display: grid; gap: 0; font-size: 14px; }
.facts div { display: grid; grid-template-columns: minmax(110px, 30%) 1fr; gap: 12px; padding: 2px 0;
  border-bottom: 1px solid var(--rule); }
.facts dt { color: var(--muted); overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
#run .facts { grid-template-columns: fit-content(60%) 1fr; column-gap: 12px; align-content: start; }
#run .facts div { grid-column: 1 / -1; grid-template-columns: subgrid; }
#run .grid > :first-child { grid-column: auto; }
#run .grid > :last-child, #run .grid > :first-child:nth-last-child(2) { grid-column: 1 / -1; }
#benefit .counts .scroll { margin: 0; }
#benefit .counts caption { color: inherit; font-size: 14px; font-weight: 600; }
#benefit .counts tbody th { white-space: normal; }
#benefit .counts tbody > tr > * { vertical-align: baseline; }
#benefit .counts td { font-size: 17px; }
#benefit .chart { margin-top: 16px; }
#comparison tbody th { white-space: normal; }
#summary tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 12ch; }
#levelling > .facts { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 4px 24px; margin-bottom: 16px; }
#levelling > .facts div { display: block; border: 0; }

.key .facts { grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px 24px; margin-top: 18px; }
.key .facts div { display: flex; flex-direction: column-reverse; justify-content: flex-end; border: 0; gap: 0; }
.key .facts dd { font-size: 22px; font-weight: 600; }
.key .facts dt { font-size: 13px; }

.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); gap: 24px 32px; }
.grid > * { min-width: 0; }
.grid > :first-child:nth-last-child(odd) { grid-column: 1 / -1; }
.scroll { overflow-x: auto; margin: 8px 0 16px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: 4px; }
th, td { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--rule); font-weight: 400; white-space: nowrap; }
thead th { color: var(--muted); }
.text { text-align: left; } td.text { white-space: normal; }
th.figure, td.figure { text-align: right; padding-left: 14px; }

.chart .plot { width: 100%; min-height: 200px; overflow: hidden; }
.chart canvas { display: block; }
.u-cursor-x { border-right: 1px dashed var(--muted) !important; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; min-height: 20px; margin-top: 4px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend output { font-variant-numeric: tabular-nums; color: var(--muted); }
.legend .place { margin-left: auto; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.figures { font-size: 13px; color: var(--muted); margin-top: 2px; }
.figures[open] { color: inherit; }

.search { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 10px; margin: 10px 0; font-size: 13px; }
.search input { flex: 1 1 260px; max-width: 460px; }
input, select, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--muted);
  border-radius: 3px; padding: 5px 8px; }
button { margin-top: 10px; cursor: pointer; }
.results { list-style: none; border-top: 1px solid var(--rule); font-size: 13px; }
.results > li { border-bottom: 1px solid var(--rule); }
.results summary { display: grid; grid-template-columns: 16px minmax(0, 2fr) minmax(0, 2fr) minmax(0, 2fr) 80px;
  gap: 10px; padding: 4px 6px; list-style: none; }
.results summary::-webkit-details-marker { display: none; }
.results summary:hover { background: var(--panel); }
.results summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
.results .kind { color: var(--fail); margin-right: 8px; }
.results .sign { color: var(--tone); font-weight: 700; }
.results .content { padding: 2px 6px 14px 32px; }
pre { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel); padding: 8px 10px;
  margin-top: 4px; max-height: 420px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  unicode-bidi: plaintext; }

@media (max-width: 640px) {
  #report { padding: 14px 14px 32px; }
  .results summary { grid-template-columns: 16px minmax(0, 1fr) minmax(0, 1fr) 70px; gap: 0 10px; }
  .results .answer { grid-column: 2 / 4; }
  .results .label { grid-area: 2 / 2; }
  .results .muted { grid-area: 2 / 3 / 3 / -1; }
  .results summary .label, .results summary .muted { white-space: normal; overflow-wrap: anywhere; }
  .search input { flex-basis: calc(100% - 70px); }
  .results .content { padding-left: 6px; }
}
@page { margin: 14mm; }
@media print {
  body { font-size: 11px; }
  h2 { margin-top: 22px; }
  #report { max-width: none; padding: 0; }
  nav, .search, button, .legend .place, .figures:not([open]), noscript { display: none !important; }
  figure, tr, .verdict, .counts > div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .counts { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px 20px; }
  .key .facts { grid-template-columns: repeat(6, 1fr); gap: 10px 16px; }
  .key .facts dd { font-size: 15px; }
  table { font-size: 10px; }
  th, td { padding-right: 6px; white-space: normal; overflow-wrap: anywhere; }
  th.figure, td.figure { padding-left: 6px; overflow-wrap: normal; }
  .plot :is(.uplot, .u-wrap, canvas) { width: 100% !important; height: auto !important; }
  .grid { grid-template-columns: 1fr 1fr; gap: 14px 20px; }
  .scroll { overflow: visible; }
  pre { max-height: none; }
}
`;
