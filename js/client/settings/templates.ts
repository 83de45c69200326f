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

type SchemaNode = { [key: string]: unknown };

/**
 * Gives every input the name that stands above it, as Formily's labels are not tied to their inputs, and every field its
 * path, so that a page can be compared with its schema.
 */
export function nameInputs<T extends SchemaNode>(schema: T, path = ''): T {
  const properties = schema.properties as Record<string, SchemaNode> | undefined;
  const isInput = !properties && schema.type !== 'void' && typeof schema.title === 'string';
  return {
    ...schema,
    ...(isInput && {
      'x-component-props': { ...(schema['x-component-props'] as object), 'aria-label': schema.title },
    }),
    ...(path !== '' && {
      'x-decorator-props': { ...(schema['x-decorator-props'] as object), 'data-field': path },
    }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [
          name,
          nameInputs(property, path === '' ? name : `${path}.${name}`),
        ]),
      ),
    }),
  };
}
