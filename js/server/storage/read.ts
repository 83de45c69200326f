// SELECT statements.
import type { Database, Model } from '@nocobase/database';
import type { HostQuery, JsonObject } from 'email-manager';
import { attribute } from './rows';
import { type Sql, Statement } from './statement';
import { toCondition } from './where';

/** The rows of a query, their columns under their names in the collection. */
export function select(query: HostQuery, model: Model, db: Database): Sql {
  const { filter, fields, sort } = query;
  const statement = new Statement(db, model);
  const names = fields.length > 0 ? fields : Object.keys(model.rawAttributes);
  const columns = names.map(
    (name) => `${statement.column(attribute(model, name))} AS ${statement.quote(name)}`,
  );
  const order = toOrder(sort, statement);
  const condition = toCondition(filter, statement);
  return statement.as(
    `SELECT ${columns.join(', ')} FROM ${statement.table()} WHERE ${condition} ORDER BY ${order}${page(query, db)}`,
  );
}

/** How many rows match. */
export function count(filter: JsonObject, model: Model, db: Database): Sql {
  const statement = new Statement(db, model);
  const condition = toCondition(filter, statement);
  return statement.as(
    `SELECT count(*) AS ${statement.quote('count')} FROM ${statement.table()} WHERE ${condition}`,
  );
}

/** `sort` with the primary key behind it, so that pages neither repeat nor skip rows that agree in it. */
function toOrder(sort: string[], statement: Statement): string {
  const { model } = statement;
  const key = model.primaryKeyAttribute;
  const isTotal = sort.some((column) => column === key || column === `-${key}`);
  const order = (isTotal ? sort : [...sort, key]).map((column) => {
    const isDescending = column.startsWith('-');
    const name = attribute(model, isDescending ? column.slice(1) : column);
    return `${statement.column(name)} ${isDescending ? 'DESC' : 'ASC'}`;
  });
  return order.join(', ');
}

function page({ limit, offset }: HostQuery, db: Database): string {
  // MySQL and SQLite know no OFFSET without a LIMIT.
  const bound = limit ?? (offset > 0 && !db.inDialect('postgres') ? Number.MAX_SAFE_INTEGER : null);
  return `${bound === null ? '' : ` LIMIT ${Number(bound)}`}${offset > 0 ? ` OFFSET ${Number(offset)}` : ''}`;
}
