import http from 'k6/http';

const { BODY_FILE, LOOPS, THREADS, TIMEOUT_SECONDS, URL } = __ENV;
const body = open(BODY_FILE);
const request = { headers: { 'Content-Type': 'application/json' }, timeout: `${TIMEOUT_SECONDS}s` };

export const options = {
  scenarios: {
    post: {
      executor: 'per-vu-iterations',
      vus: Number(THREADS),
      iterations: Number(LOOPS),
      // Without this limit, k6 ends after ten minutes.
      maxDuration: '1h',
    },
  },
  summaryTrendStats: ['p(99)'],
  // k6 ends with an exit code other than 0 if a request fails.
  thresholds: { http_req_failed: ['rate==0'] },
};

export default function () {
  http.post(URL, body, request);
}

export function handleSummary({ metrics, state }) {
  const acked = metrics.http_reqs.values.count;
  const p99Ms = metrics.http_req_duration.values['p(99)'];
  return { stdout: JSON.stringify({ acked, seconds: state.testRunDurationMs / 1_000, p99Ms }) };
}
