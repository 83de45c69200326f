const TEMPLATE = /^\{\{\s*t\(\s*("(?:[^"\\]|\\.)*")\s*(?:,[^)]*)?\)\s*\}\}$/;

/** Translates every `{{t("key", …)}}` inside a schema. Other expressions are left to Formily. */
export function renderTemplates<T>(value: T, t: (key: string) => string): T {
  return render(value, t) as T;
}

function render(value: unknown, t: (key: string) => string): unknown {
  if (typeof value === 'string') {
    const key = TEMPLATE.exec(value.trim())?.[1];
    return key === undefined ? value : t(JSON.parse(key) as string);
  }
  if (Array.isArray(value)) return value.map((item) => render(item, t));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, render(item, t)]));
}
