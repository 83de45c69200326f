// The order of what is found.
import type { Model } from '@nocobase/database';
import { attribute } from './rows';

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
