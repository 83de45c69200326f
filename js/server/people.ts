// Who is who in NocoBase: names, and whose work somebody oversees.
import type { Collection, Database, Where } from '@nocobase/database';
import { Op } from '@nocobase/database';
import type { Person } from 'email-manager';

/** Those of these users that there are. */
export async function people(db: Database, ids: number[]): Promise<Person[]> {
  const users = db.getCollection('users');
  if (!users) return [];
  const rows = await read(users, { id: { [Op.in]: ids } }, ['id', 'nickname', 'username']);
  return rows.map(({ id, nickname, username }) => ({
    id: Number(id),
    nickname: [nickname, username].find((name) => typeof name === 'string' && name !== '') ?? String(id),
  })) as Person[];
}

/**
 * The members of the departments that a user owns, and of all departments below those. Departments are a plugin: where it
 * isn't enabled there are none.
 */
export async function supervised(db: Database, userId: number): Promise<number[]> {
  const departments = db.getCollection('departments');
  const memberships = db.getCollection('departmentsUsers');
  if (!departments || !memberships) return [];
  const owned = await read(memberships, { userId, isOwner: true }, ['departmentId']);
  let level = owned.map(({ departmentId }) => String(departmentId));
  const all = new Set(level);
  while (level.length > 0) {
    const below = await read(departments, { parentId: { [Op.in]: level } }, ['id']);
    level = below.map(({ id }) => String(id)).filter((id) => !all.has(id));
    for (const id of level) all.add(id);
  }
  if (all.size === 0) return [];
  const members = await read(memberships, { departmentId: { [Op.in]: [...all] } }, ['userId']);
  return [...new Set(members.map((member) => Number(member.userId)))];
}

function read({ model }: Collection, where: Where, attributes: string[]) {
  return model.findAll({ raw: true, where, attributes, order: [], logging: false, hooks: false });
}
