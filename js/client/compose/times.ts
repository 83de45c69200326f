export interface ProposedTime {
  name: 'evening' | 'morning' | 'monday';
  date: Date;
}

/** When people like to send later: this evening, tomorrow and on Monday in the morning. */
export function proposedTimes(now: Date): ProposedTime[] {
  const at = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  const times: ProposedTime[] = [{ name: 'morning', date: at(1, 8) }];
  if (now.getHours() < 17) times.unshift({ name: 'evening', date: at(0, 18) });
  if (untilMonday > 1) times.push({ name: 'monday', date: at(untilMonday, 8) });
  return times;
}
