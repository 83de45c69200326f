// Records in memory, as far as a first sync needs them. Of mails only their number is kept: the database takes their rows as
// the bytes that they come in.

const MAILS = 'mailMessages';

export class Store {
  mails = 0;
  #tables = {};
  #collections;

  constructor(collections) {
    this.#collections = collections;
    for (const { name } of collections) this.#tables[name] = [];
  }

  copy() {
    const copy = new Store(this.#collections);
    copy.#tables = structuredClone(this.#tables);
    return copy;
  }

  find({ collection, filter, fields, sort, limit }) {
    const rows = this.#tables[collection].filter((row) => matches(row, filter));
    rows.sort((one, other) => order(one, other, sort));
    return rows.slice(0, limit ?? rows.length).map((row) => pick(row, fields));
  }

  count(collection, filter) {
    return this.#tables[collection].filter((row) => matches(row, filter)).length;
  }

  commit(operations) {
    const isMet = ({ kind, collection, filter, expect = null }) =>
      !['update', 'delete'].includes(kind) || expect === null || this.count(collection, filter) === expect;
    if (!operations.every(isMet)) return false;
    for (const operation of operations) this.#apply(operation);
    return true;
  }

  #apply({ kind, collection, filter, values, rows, key }) {
    const table = this.#tables[collection];
    if (kind === 'update') {
      for (const row of table) if (matches(row, filter)) Object.assign(row, values);
    } else if (kind === 'delete') {
      this.#tables[collection] = table.filter((row) => !matches(row, filter));
    } else {
      for (const bytes of rows) this.#write(collection, bytes, key);
    }
  }

  #write(collection, bytes, key) {
    if (collection === MAILS) {
      this.mails += countOf(bytes);
      return;
    }
    const table = this.#tables[collection];
    for (const row of JSON.parse(new TextDecoder().decode(bytes))) {
      const known = key && table.find((other) => key.every((name) => other[name] === row[name]));
      if (known) Object.assign(known, row);
      else table.push({ id: table.length + 1, ...this.#defaults(collection), ...row });
    }
  }

  #defaults(collection) {
    const { fields } = this.#collections.find(({ name }) => name === collection);
    const given = fields.filter(({ defaultValue }) => defaultValue !== undefined);
    return Object.fromEntries(given.map(({ name, defaultValue }) => [name, structuredClone(defaultValue)]));
  }
}

/** How many rows a JSON array has: each names its mail once, and inside a text the quotes would be escaped. */
function countOf(bytes) {
  const mark = Buffer.from('"mailId":"');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = buffer.indexOf(mark); at >= 0; at = buffer.indexOf(mark, at + mark.length)) count += 1;
  return count;
}

function matches(row, filter) {
  return Object.entries(filter).every(([name, value]) => {
    if (name === '$and') return value.every((each) => matches(row, each));
    if (name === '$or') return value.some((each) => matches(row, each));
    return Object.entries(value).every(([operator, operand]) =>
      compares(row[name] ?? null, operator, operand),
    );
  });
}

function compares(value, operator, operand) {
  switch (operator) {
    case '$eq':
      return value === operand;
    case '$ne':
      return value !== operand;
    case '$in':
      return operand.includes(value);
    case '$notIn':
      return !operand.includes(value);
    case '$gt':
      return value !== null && rank(value) > rank(operand);
    case '$gte':
      return value !== null && rank(value) >= rank(operand);
    case '$lt':
      return value !== null && rank(value) < rank(operand);
    case '$lte':
      return value !== null && rank(value) <= rank(operand);
    default:
      throw new Error(`the operator ${operator} is unknown here`);
  }
}

/** Instants are compared as such. */
function rank(value) {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
}

function order(one, other, sort) {
  for (const name of sort) {
    const [column, sign] = name.startsWith('-') ? [name.slice(1), -1] : [name, 1];
    const [left, right] = [rank(one[column] ?? null), rank(other[column] ?? null)];
    if (left !== right) return left < right ? -sign : sign;
  }
  return 0;
}

function pick(row, fields) {
  return fields.length > 0
    ? Object.fromEntries(fields.map((name) => [name, row[name] ?? null]))
    : structuredClone(row);
}
