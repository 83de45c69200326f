// UPDATE and DELETE statements.
import type { Database, Model } from '@nocobase/database';
import type { JsonObject } from 'email-manager';
import { attribute } from './rows';
import { type Sql, Statement } from './statement';
import { toCondition } from './where';

/** Finds the rows that match, for nobody else to change until the transaction has ended. */
export function lock(filter: JsonObject, model: Model, db: Database): Sql {
  const statement = new Statement(db, model);
  const key = statement.column(attribute(model, model.primaryKeyAttribute));
  return statement.as(
    `SELECT ${key} FROM ${statement.table()} WHERE ${toCondition(filter, statement)} FOR UPDATE`,
  );
}

/** Gives the rows that match new values, and the time of their change. */
export function update(
  { filter, values }: { filter: JsonObject; values: JsonObject },
  model: Model,
  db: Database,
): Sql {
  const statement = new Statement(db, model);
  const changes = Object.entries({ updatedAt: new Date().toISOString(), ...values }).map(([name, value]) => {
    const column = attribute(model, name);
    return `${statement.column(column)} = ${statement.value(value, column)}`;
  });
  return statement.as(
    `UPDATE ${statement.table()} SET ${changes.join(', ')} WHERE ${toCondition(filter, statement)}`,
  );
}

/** Removes the rows that match. */
export function remove(filter: JsonObject, model: Model, db: Database): Sql {
  const statement = new Statement(db, model);
  return statement.as(`DELETE FROM ${statement.table()} WHERE ${toCondition(filter, statement)}`);
}
