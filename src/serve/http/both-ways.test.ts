import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acked, converse, type ScriptedQueue, start, stopAll } from '../testing/scripted-serve.ts';

/** Two instances of serve: one reads plain requests itself, and one leaves all requests to Node's HTTP server. */
const sides: { port: number; queue: ScriptedQueue }[] = [];

beforeAll(async () => {
  for (const readPlainRequests of [true, false]) {
    const options = {
      readPlainRequests,
      passHeaders: ['X-Passed'],
      maxBodyBytes: 200,
      requestTimeoutMs: 300,
    };
    const { serve, queue } = await start(acked, options);
    sides.push({ port: serve.port, queue });
  }
});
afterAll(stopAll);

const JSON_TYPE = 'Content-Type: application/json';
const common = {
  arbitrary: fc.constantFrom(JSON_TYPE, 'content-type:application/json', JSON_TYPE),
  weight: 12,
};
const requestLine = fc.oneof(
  { arbitrary: fc.constant('POST /send HTTP/1.1'), weight: 20 },
  fc.constantFrom(
    'POST /send/ HTTP/1.1',
    'POST /send?x HTTP/1.1',
    'POST /send HTTP/1.0',
    'post /send HTTP/1.1',
    'POST  /send HTTP/1.1',
    'PUT /send HTTP/1.1',
    'GET /healthz HTTP/1.1',
    'POST http://localhost/send HTTP/1.1',
  ),
);
const host = fc.oneof(
  { arbitrary: fc.constantFrom('Host: localhost', 'HOST:  127.0.0.1:3000 '), weight: 20 },
  fc.constantFrom('Host: evil.example', 'Host:', 'X-No-Host: x'),
);
const type = fc.oneof(
  common,
  fc.constantFrom('Content-Type: text/plain', 'Content-Type : application/json', 'X-No-Type: x'),
);
const oddity = fc.constantFrom(
  'Connection: close',
  'Connection: keep-alive',
  'Connection: Keep-Alive, X-Passed',
  'Proxy-Connection: close',
  'Expect: 100-continue',
  'Upgrade: websocket',
  'Content-Encoding: gzip',
  'Content-Length: 7',
  'Host: localhost',
  'Origin: http://evil.example',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: chunked',
  'X-Control: a\x01b',
  'X-Tab: a\tb',
  'X-Delete: a\x7fb',
  'No colon',
  ' folded',
  'Bad name: x',
  'X-\xe9: x',
  'TE: trailers',
  'Keep-Alive: timeout=5',
  '__proto__: x',
  'constructor: x',
);
const passed = fc.constantFrom('X-Passed: a', 'X-Passed: \xc3\xb1', 'x-passed:\t b \t c \t', 'X-Passed:');
const field = fc.tuple(
  fc.string({ unit: fc.constantFrom(...'abcXYZ-_1'), minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'az09 \t~"!'), maxLength: 12 }),
);
const others = fc.array(
  fc.oneof({ arbitrary: field.map(([name, value]) => `X-${name}:${value}`), weight: 6 }, passed, oddity),
  { maxLength: 3 },
);
const body = fc.oneof(
  { arbitrary: fc.json({ maxDepth: 1 }).map((json) => json.slice(0, 180)), weight: 6 },
  fc.constantFrom('', '{', '{"ñ":1}', '\ufeff{}', `"${'x'.repeat(300)}"`),
);
const request = fc
  .record({ requestLine, host, type, others, body })
  .map(({ requestLine: line, host: hostLine, type: typeLine, others: lines, body: text }) => {
    const length = `Content-Length: ${Buffer.byteLength(text)}`;
    const head = [line, hostLine, typeLine, length, ...lines, '', ''].join('\r\n');
    return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(text)]);
  });
const requests = fc.array(request, { minLength: 1, maxLength: 4 });

test('answers and messages are the same, however the requests are read', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.nat(), async (all, cut) => {
      const [plain, node] = await Promise.all(sides.map((side) => exchange(side, all, cut)));
      expect(plain).toEqual(node);
    }),
    { numRuns: 300 },
  );
}, 120_000);

/** Sends each request in two pieces, after the answer to the previous request. Returns all answers and messages. */
async function exchange({ port, queue }: (typeof sides)[number], all: readonly Buffer[], cut: number) {
  const from = queue.messages.length;
  const { socket, heard, ended } = converse(port);
  let isOpen = true;
  void ended.then(() => {
    isOpen = false;
  });
  for (const [index, bytes] of all.entries()) {
    if (!isOpen) break;
    const at = cut % (bytes.length * 3);
    socket.write(bytes.subarray(0, at));
    if (at < bytes.length) await new Promise((resolve) => setTimeout(resolve, 2));
    if (at < bytes.length) socket.write(bytes.subarray(at));
    await expect
      .poll(() => !isOpen || answersIn(heard()) > index, { timeout: 5_000, interval: 2 })
      .toBe(true);
  }
  socket.end();
  await ended;
  const messages = queue.messages
    .slice(from)
    .map(({ value, headers }) => ({ text: value.toString(), headers }));
  return { answers: heard().replaceAll(/^Date: .*\r\n/gm, ''), messages };
}

/** The number of whole answers, without `100 Continue`. */
function answersIn(text: string): number {
  let count = 0;
  let rest = text;
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n/.exec(rest);
    if (head === null) return count;
    const length = Number(/^Content-Length: (\d+)\r$/m.exec(head[0])?.[1] ?? 0);
    if (rest.length < head[0].length + length) return count;
    rest = rest.slice(head[0].length + length);
    if (head[1] !== '100') count++;
  }
}
