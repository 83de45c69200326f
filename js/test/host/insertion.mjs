/** An insert of rows as the module hands them over: here, two to a chunk. */
export function insertion(collection, ...rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const chunks = Array.from({ length: Math.ceil(rows.length / 2) }, (_, index) =>
    new TextEncoder().encode(JSON.stringify(rows.slice(index * 2, index * 2 + 2))),
  );
  return { kind: 'insert', collection, columns, rows: chunks };
}
