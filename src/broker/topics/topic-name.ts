/** Kafka's rule for names of topics (Topic.java). A name is data all the same, and never part of a path. */
export function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}
