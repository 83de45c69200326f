// The module's filters as Sequelize's. A closed set: what is not listed here is an error, not a condition that is ignored.
import { Op, type Attribute, type Database, type Model, type Where } from '@nocobase/database';
import type { Json, JsonObject } from 'email-manager';
import { HostError } from '../errors';
import { attribute, toValue } from './rows';

/** A filter in NocoBase's syntax as conditions; an empty one matches every row. */
export function toWhere(filter: JsonObject, model: Model, db: Database): Where {
  const conditions = Object.entries(filter).map(([key, value]) => {
    switch (key) {
      case '$and':
        return { [Op.and]: branches(value).map((branch) => toWhere(branch, model, db)) };
      case '$or':
        return anyOf(branches(value), model, db);
      default:
        return { [Op.and]: comparisons(key, toObject(value), model, db) };
    }
  });
  return { [Op.and]: conditions };
}

/** Sequelize leaves empty conditions out of an OR, which would turn "everything or …" into "…", and "one of none" into everything. */
function anyOf(filters: JsonObject[], model: Model, db: Database): Where {
  if (filters.length === 0) return { [model.primaryKeyAttribute]: { [Op.in]: [] } };
  if (filters.some(matchesAll)) return {};
  return { [Op.or]: filters.map((filter) => toWhere(filter, model, db)) };
}

function matchesAll(filter: JsonObject): boolean {
  return Object.entries(filter).every(([key, value]) => key === '$and' && branches(value).every(matchesAll));
}

function comparisons(name: string, operators: JsonObject, model: Model, db: Database): Where[] {
  const found = attribute(model, name);
  return Object.entries(operators).map(([operator, operand]) =>
    comparison(name, found, operator, operand ?? null, db),
  );
}

function comparison(name: string, found: Attribute, operator: string, operand: Json, db: Database): Where {
  const value = () => toValue(operand, found);
  switch (operator) {
    case '$eq':
      return { [name]: operand === null ? { [Op.is]: null } : { [Op.eq]: value() } };
    case '$ne':
      // As everywhere outside SQL, a missing value differs from every other one.
      return operand === null
        ? { [name]: { [Op.not]: null } }
        : { [Op.or]: [{ [name]: { [Op.ne]: value() } }, { [name]: null }] };
    case '$in':
      return inList(name, found, list(operand));
    case '$notIn':
      return notInList(name, found, list(operand));
    case '$gt':
      return { [name]: { [Op.gt]: value() } };
    case '$gte':
      return { [name]: { [Op.gte]: value() } };
    case '$lt':
      return { [name]: { [Op.lt]: value() } };
    case '$lte':
      return { [name]: { [Op.lte]: value() } };
    case '$includes':
      return includes(name, found, operand, db);
    default:
      throw new HostError('unknown_operator', `there is no operator "${operator}"`);
  }
}

function inList(name: string, found: Attribute, operands: Json[]): Where {
  const values = operands.filter((each) => each !== null).map((each) => toValue(each, found));
  const listed = { [name]: { [Op.in]: values } };
  return values.length === operands.length ? listed : { [Op.or]: [listed, { [name]: null }] };
}

function notInList(name: string, found: Attribute, operands: Json[]): Where {
  const values = operands.filter((each) => each !== null).map((each) => toValue(each, found));
  const unlisted = values.length > 0 ? { [name]: { [Op.notIn]: values } } : {};
  // Null is one of the list, or it isn't and matches; SQL's own answer is neither.
  if (values.length < operands.length) return { [Op.and]: [unlisted, { [name]: { [Op.not]: null } }] };
  return values.length > 0 ? { [Op.or]: [unlisted, { [name]: null }] } : {};
}

/** Contains a text, ignoring case; SQLite ignores it for ASCII only. */
function includes(name: string, found: Attribute, operand: Json, db: Database): Where {
  if (typeof operand !== 'string') throw new HostError('unknown_operator', '"$includes" needs a text');
  // SQLite's LIKE has no escape character unless one is declared.
  if (db.inDialect('sqlite')) {
    const { col, fn, where } = db.sequelize;
    return where(fn('instr', fn('lower', col(found.field)), fn('lower', operand)), { [Op.gt]: 0 });
  }
  const pattern = `%${operand.replace(/[\\%_]/g, '\\$&')}%`;
  return { [name]: { [db.inDialect('postgres') ? Op.iLike : Op.like]: pattern } };
}

function branches(value: Json | undefined): JsonObject[] {
  return list(value).map(toObject);
}

function list(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new HostError('unknown_operator', 'a list is expected');
  return value;
}

function toObject(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HostError('unknown_operator', 'a condition is expected');
  }
  return value;
}
