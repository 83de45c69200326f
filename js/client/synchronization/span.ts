/** A length of time, to two units at most: "2 min 10 sec". */
export function span(seconds: number, language: string): string {
  const units: ['day' | 'hour' | 'minute' | 'second', number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const first = units.findIndex(([, size]) => whole >= size);
  const start = first === -1 ? units.length - 1 : first;
  let rest = whole;
  const parts = units.slice(start, start + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  return parts
    .filter(({ count }, index) => index === 0 || count > 0)
    .map(({ unit, count }) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
    )
    .join(' ');
}
