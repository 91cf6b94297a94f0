import { expect, it } from 'vitest';
import { JTL_HEADER } from '../../samples/jtl/jtl-columns.ts';
import { propertyArguments, SENDING_SETTINGS } from './settings.ts';

it('makes JMeter write all needed columns at once, and attempt each sample once', () => {
  expect(JTL_HEADER).toContain('IdleTime');
  expect(propertyArguments({ ...SENDING_SETTINGS, run: 'mine', sample_variables: 'loop' })).toEqual(
    expect.arrayContaining([
      '-Jrun=mine',
      '-Jsample_variables=loop',
      '-Jhttpclient4.retrycount=0',
      '-Jjmeter.save.saveservice.autoflush=true',
      '-Jjmeter.save.saveservice.output_format=csv',
      '-Jjmeter.save.saveservice.timestamp_format=ms',
      '-Jjmeter.save.saveservice.thread_name=true',
      '-Jjmeter.save.saveservice.response_message=true',
      '-Jjmeter.save.saveservice.idle_time=true',
      '-Jjmeter.save.saveservice.connect_time=true',
      '-Jsampleresult.timestamp.start=true',
      '-Jhttpsampler.max_bytes_to_store_per_request=0',
      '-Jtimer.factor=1',
      '-Jhttpclient.socket.http.cps=0',
      '-Jhttpclient.socket.https.cps=0',
      '-Jhttpclient.reset_state_on_thread_group_iteration=true',
    ]),
  );
});
