/**
 * The properties of JMeter that samples depend on, whatever the user's jmeter.properties say: CSV with the columns
 * of samples/jtl-columns.ts, each row written at once, one attempt for each sample.
 */
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

const SETTINGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SAVED.map((column) => [`jmeter.save.saveservice.${column}`, 'true'])),
  'jmeter.save.saveservice.output_format': 'csv',
  'jmeter.save.saveservice.default_delimiter': ',',
  'jmeter.save.saveservice.print_field_names': 'true',
  'jmeter.save.saveservice.timestamp_format': 'ms',
  'jmeter.save.saveservice.autoflush': 'true',
  'httpclient4.retrycount': '0',
  sample_variables: 'loop',
};

/** Those settings and others as arguments: `-Jname=value`. */
export function propertyArguments(others: Readonly<Record<string, string | number>>): string[] {
  return Object.entries({ ...SETTINGS, ...others }).map(([name, value]) => `-J${name}=${value}`);
}
