/** The columns that JMeter writes. */
const SAVED = [
  'time',
  'label',
  'response_code',
  'response_message',
  'thread_name',
  'data_type',
  'successful',
  'assertion_results_failure_message',
  'bytes',
  'sent_bytes',
  'thread_counts',
  'url',
  'latency',
  'idle_time',
  'connect_time',
];

/**
 * JMeter properties that qbl always sets, whatever the user's jmeter.properties and user.properties say. With them JMeter
 * writes CSV with the columns of samples/jtl-columns.ts, and writes rows immediately. A row starts when its request starts.
 */
const SAVING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SAVED.map((column) => [`jmeter.save.saveservice.${column}`, 'true'])),
  'jmeter.save.saveservice.output_format': 'csv',
  'jmeter.save.saveservice.default_delimiter': ',',
  'jmeter.save.saveservice.print_field_names': 'true',
  'jmeter.save.saveservice.timestamp_format': 'ms',
  'jmeter.save.saveservice.autoflush': 'true',
  'sampleresult.timestamp.start': 'true',
};

/**
 * JMeter properties for a plan that qbl writes. With them JMeter makes one attempt per sample, the rules for outcomes see
 * whole bodies, and timers wait as long as the plan says. JMeter sends without a limit of bytes per second, and opens new
 * connections for each loop if the plan says so.
 */
export const SENDING_SETTINGS: Readonly<Record<string, string>> = {
  'httpclient4.retrycount': '0',
  'httpclient.socket.http.cps': '0',
  'httpclient.socket.https.cps': '0',
  'httpclient.reset_state_on_thread_group_iteration': 'true',
  'httpsampler.max_bytes_to_store_per_request': '0',
  'timer.factor': '1',
};

/** Returns the settings for the samples, and other JMeter properties, as arguments of the form `-Jname=value`. */
export function propertyArguments(others: Readonly<Record<string, string | number>>): string[] {
  return Object.entries({ ...SAVING, ...others }).map(([name, value]) => `-J${name}=${value}`);
}
