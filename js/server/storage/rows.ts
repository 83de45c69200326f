// Values on their way into and out of the database.
import type { Attribute, Database, Model } from '@nocobase/database';
import type { Json, JsonObject } from 'email-manager';
import { HostError } from '../errors';

/** The attribute called `name`. */
export function attribute(model: Model, name: string): Attribute {
  const found = Object.hasOwn(model.rawAttributes, name) ? model.rawAttributes[name] : undefined;
  if (!found) throw new HostError('unknown_column', `there is no column "${name}" in "${model.name}"`);
  return found;
}

/** A value as the drivers take it for the column. */
export function toParameter(value: Json, { type }: Attribute, db: Database): unknown {
  if (value === null) return null;
  if (type.key === 'JSON') return JSON.stringify(value);
  if (type.key === 'DATE' && typeof value === 'string') {
    return type.stringify(new Date(value), { timezone: db.sequelize.options.timezone });
  }
  // PostgreSQL stores no NUL in a text, and finds none.
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

/** A stored row as plain JSON. */
export function toPlain(row: Record<string, unknown>, model: Model, db: Database): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, plain(value, attribute(model, name).type.key, db)]),
  );
}

/** A row of counted ones. */
export function toCounted(
  { count, ...row }: Record<string, unknown>,
  model: Model,
  db: Database,
): JsonObject {
  return { ...toPlain(row, model, db), count: Number(count) };
}

function plain(value: unknown, type: string, db: Database): Json {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'DATE':
      return new Date(value as Date | string).toISOString();
    case 'BIGINT':
      return integer(value);
    case 'BOOLEAN':
      return Boolean(value);
    case 'JSON':
      // Here JSON is text with a check, and is read as such.
      return db.inDialect('sqlite', 'mariadb') ? (JSON.parse(value as string) as Json) : (value as Json);
    default:
      return value as Json;
  }
}

/** Drivers give 64-bit integers as text; as numbers they are exact up to 2^53. */
function integer(value: unknown): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
