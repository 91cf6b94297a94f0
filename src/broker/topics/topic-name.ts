/** Kafka's rule for topic names (Topic.java). A name is still untrusted data and is never used in a path. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}
