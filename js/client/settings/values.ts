/** Whether two JSON values are the same for the server: a missing value, `null` and an empty text are one. */
export function isSame(left: unknown, right: unknown): boolean {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  const one = left as Record<string, unknown>;
  const other = right as Record<string, unknown>;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
    isSame(one[key], other[key]),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}

/** A copy of JSON values; Formily's are proxies, which the browser refuses to clone. */
export function copy<T>(values: T): T {
  return JSON.parse(JSON.stringify(values)) as T;
}
