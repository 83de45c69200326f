// Who is who in NocoBase: names, and whose work somebody oversees.
import type { Database } from '@nocobase/database';
import type { Person } from 'email-manager';

/** Those of these users that there are. */
export async function people(db: Database, ids: number[]): Promise<Person[]> {
  if (!db.getCollection('users')) return [];
  const fields = ['id', 'nickname', 'username'];
  const users = await db.getRepository('users').find({ filter: { id: { $in: ids } }, fields });
  return users.map((user) => {
    const id = Number(user.get('id'));
    const names = [user.get('nickname'), user.get('username')];
    const nickname = names.find((name) => typeof name === 'string' && name !== '');
    return { id, nickname: typeof nickname === 'string' ? nickname : String(id) };
  });
}

/**
 * The members of the departments that a user owns, and of all departments below those. Departments are a plugin: where it
 * isn't enabled there are none.
 */
export async function supervised(db: Database, userId: number): Promise<number[]> {
  if (!db.getCollection('departments') || !db.getCollection('departmentsUsers')) return [];
  const read = async (collection: string, filter: Record<string, unknown>, field: string) => {
    const rows = await db.getRepository(collection).find({ filter, fields: [field] });
    return rows.map((row) => String(row.get(field)));
  };
  let level = await read('departmentsUsers', { userId, isOwner: true }, 'departmentId');
  const all = new Set(level);
  while (level.length > 0) {
    const below = await read('departments', { parentId: { $in: level } }, 'id');
    level = below.filter((id) => !all.has(id));
    for (const id of level) all.add(id);
  }
  if (all.size === 0) return [];
  const members = await read('departmentsUsers', { departmentId: { $in: [...all] } }, 'userId');
  return [...new Set(members.map(Number))];
}
