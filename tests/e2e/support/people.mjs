// Users of the site.
import { call, signIn } from '../../../js/tools/nocobase/api.mjs';

/** Makes a user without any permission of an administrator, and signs in as them. */
export async function createUser(url, token, { account, nickname, password }) {
  const values = { username: account, nickname, password, roles: ['member'] };
  await call(url, token, 'users:create', { body: values });
  return signIn(url, { account, password });
}
