// The parts of a write that differ by operation.
import type { Model } from '@nocobase/database';
import type { Json, JsonObject } from 'email-manager';
import { attribute, toValue } from './rows';

/** Values of an update, by attribute. */
export function toAttributes(values: JsonObject, model: Model): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, toValue(value, attribute(model, name))]),
  );
}

/**
 * What happens where the key exists: the first row's columns replace the stored ones, the time of creation stays.
 *
 * MySQL and MariaDB know no key here and react to every unique index; the collections have one each besides the primary
 * key, which the rows don't give.
 */
export function onConflict(
  model: Model,
  key: string[],
  row: JsonObject,
): { updateOnDuplicate: string[]; upsertKeys: string[] } {
  const names = Object.keys(row).filter(
    (name) => !key.includes(name) && name !== 'createdAt' && name !== 'updatedAt',
  );
  const fields = (attributes: string[]) => attributes.map((name) => attribute(model, name).field);
  return { updateOnDuplicate: fields([...names, 'updatedAt']), upsertKeys: fields(key) };
}

/** One row for each key, the last one given: a statement may not touch a row twice. */
export function lastOfEach(key: string[], rows: JsonObject[]): JsonObject[] {
  const byKey = new Map<string, JsonObject>();
  for (const row of rows) byKey.set(JSON.stringify(key.map((name): Json => row[name] ?? null)), row);
  return byKey.size === rows.length ? rows : [...byKey.values()];
}

/** `sort` with the primary key behind it, so that pages neither repeat nor skip rows that agree in it. */
export function toOrder(sort: string[], model: Model): [string, 'ASC' | 'DESC'][] {
  const order = sort.map((column): [string, 'ASC' | 'DESC'] => {
    const isDescending = column.startsWith('-');
    const name = isDescending ? column.slice(1) : column;
    attribute(model, name);
    return [name, isDescending ? 'DESC' : 'ASC'];
  });
  const key = model.primaryKeyAttribute;
  return order.some(([name]) => name === key) ? order : [...order, [key, 'ASC']];
}
