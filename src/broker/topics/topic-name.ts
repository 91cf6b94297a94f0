/** Kafka's rule for topic names (Topic.java). A valid name is still untrusted text, so never use the name in a path. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}
