import { describe, expect, test } from 'vitest';
import { expectSameByReplay, laboratory, rewriting, SENT } from './support/experiment.ts';

const { judge } = laboratory();

describe('a proxy that rewrites the JSON of a message passes', () => {
  test('with one more field and the keys in another order', async () => {
    const enrich = rewriting((body) => {
      const fields = { ...JSON.parse(body), region: 'eu-west-1' };
      return JSON.stringify(Object.fromEntries(Object.entries(fields).sort().reverse()));
    });
    const result = await judge(enrich);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', enriched: SENT, corrupt: 0 } });
    await expectSameByReplay(result);
  });

  test('in an envelope', async () => {
    const wrap = rewriting((body) =>
      body.length % 2 === 0
        ? JSON.stringify({ specversion: '1.0', type: 'message', data: JSON.parse(body) })
        : JSON.stringify({ headers: [], payload: body }),
    );
    const result = await judge(wrap);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT, corrupt: 0 } });
    await expectSameByReplay(result);
  });

  test('with other white space and other escapes', async () => {
    const reformat = rewriting((body) =>
      JSON.stringify(JSON.parse(body), null, 2)
        .replaceAll('/', '\\/')
        .replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
    const body = '{"texto":"año / 🌊 \\"${loop}\\"","números":[1.50e1,-0,1e21],"vacío":{}}';
    const result = await judge(reformat, '--body', body);
    expect(result).toMatchObject({ code: 0, record: { verdict: 'pass', received: SENT } });
    expect(result.record).toMatchObject({ corrupt: 0, enriched: 0 });
    await expectSameByReplay(result);
  });
});
