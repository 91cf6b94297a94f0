import type { Authorization } from '../../../managers/managers.ts';
import type { TestElement } from '../../tree.ts';
import type { ManagerReader } from './manager-reader.ts';

/** JMeter sends both as Basic, because it sends the user before the server asks (HTTPHC4Impl.java, fillAuthCache). */
const BASIC = ['BASIC', 'BASIC_DIGEST'];

/** Reads an authorization manager (AuthManager.java). */
export function authorizationsOf(reader: ManagerReader): readonly Authorization[] {
  const entries = reader.entries('AuthManager.auth_list');
  const realms = new Set(entries.map((entry) => reader.text('Authorization.realm', entry)));
  // HttpClient chooses between users of several realms by their hash codes.
  if (realms.size > 1) reader.refuse('Authorization.realm: expected the same realm for all users');
  return entries.map((entry) => authorizationOf(entry, reader));
}

function authorizationOf(entry: Pick<TestElement, 'properties'>, reader: ManagerReader): Authorization {
  const name = 'Authorization.mechanism';
  const mechanism = entry.properties.has(name) ? reader.text(name, entry) : 'BASIC';
  if (!BASIC.includes(mechanism)) reader.refuse(`${name}=${mechanism} is not supported: expected BASIC`);
  const domain = reader.text('Authorization.domain', entry);
  const user = reader.text('Authorization.username', entry);
  return {
    url: reader.text('Authorization.url', entry),
    user: domain === '' ? user : `${domain.toUpperCase()}\\${user}`,
    password: reader.text('Authorization.password', entry),
  };
}
