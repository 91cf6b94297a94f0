const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Returns the header Host that JMeter sends. JMeter adds the port of the URL to a value without a port, and removes the
 * default port (HTTPHC4Impl.java, setConnectionHeaders).
 * @param value the header Host of the plan
 * @param url the URL of the request, which can contain placeholders after the host and the port
 */
export function hostThatJMeterSends(value: string, url: string): string {
  const [, protocol = '', server = ''] = /^(https?:)\/\/([^/?#]*)/i.exec(url) ?? [];
  const [, host = value, own] = /^(.*):(\d+)$/.exec(value) ?? [];
  const port = own ?? /:(\d+)$/.exec(server)?.[1];
  const isDefault = port === undefined || port === DEFAULT_PORTS[protocol.toLowerCase()];
  return isDefault ? host : `${host}:${port}`;
}
