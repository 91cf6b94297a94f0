/** Tallies the messages of many threads, in a process whose memory is measured. */
import process from 'node:process';
import { Tally } from '../../src/verify/counting/tally.ts';

const [threads, loops, requests] = process.argv.slice(2).map(Number);
const ROW = { fromMs: 1_700_000_000_000, toMs: 1_700_000_001_000 };
const tally = new Tally('big', () => requests);
for (let loop = 1; loop <= loops; loop++) {
  for (let thread = 1; thread <= threads; thread++) {
    for (let request = 1; request <= requests; request++)
      tally.addSample({ run: 'big', group: 1, thread, loop, request }, 'acked', ROW);
  }
}
const { counts } = tally.conclude({
  ended: true,
  isPlanned: () => true,
  copiesOnly: false,
  period: ROW,
  isOfRun: () => true,
});
process.stdout.write(String(counts.sent));
