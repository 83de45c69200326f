/** From when on mail is stored: a period back from today, everything, or a day of the user's choice. */
export type StartChoice = '30days' | '3months' | '1year' | 'everything' | 'date';

export const START_CHOICES: { value: StartChoice; label: string }[] = [
  { value: '30days', label: 'Last 30 days' },
  { value: '3months', label: 'Last 3 months' },
  { value: '1year', label: 'Last year' },
  { value: 'everything', label: 'Everything' },
  { value: 'date', label: 'Since a date' },
];

export const DEFAULT_CHOICE: StartChoice = '3months';

/** The beginning of the day that a choice means, as an ISO date; `null` for everything. */
export function startDateOf(choice: StartChoice, now: Date, date: Date | null): string | null {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  switch (choice) {
    case '30days':
      return new Date(year, month, day - 30).toISOString();
    case '3months':
      return monthsBefore(year, month, day, 3).toISOString();
    case '1year':
      return monthsBefore(year, month, day, 12).toISOString();
    case 'everything':
      return null;
    case 'date':
      return date && new Date(date.getFullYear(), date.getMonth(), date.getDate()).toISOString();
  }
}

/** Three months before 31 May is the last of February, not a day in March. */
function monthsBefore(year: number, month: number, day: number, months: number): Date {
  const lastDay = new Date(year, month - months + 1, 0).getDate();
  return new Date(year, month - months, Math.min(day, lastDay));
}
