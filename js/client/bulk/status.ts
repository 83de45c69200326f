import type { BulkEmail, BulkRecipient, BulkStatus } from '../compose/types';

type Translate = (key: string, values?: Record<string, string | number>) => string;

const NAMES: Record<BulkStatus, { name: string; color: string }> = {
  pending: { name: 'Waiting', color: 'default' },
  sending: { name: 'Sending', color: 'processing' },
  sent: { name: 'Sent', color: 'success' },
  some_sent: { name: 'Some sent', color: 'warning' },
  failed: { name: 'Failed', color: 'error' },
  canceled: { name: 'Cancelled', color: 'default' },
};

/** How a status is shown. What may have been sent is for its user to decide about. */
export function shownStatus({ status, result }: BulkEmail | BulkRecipient): { name: string; color: string } {
  const isOpen = result && 'state' in result && result.state === 'ambiguous';
  return isOpen ? { name: 'Perhaps sent', color: 'warning' } : NAMES[status];
}

/** "3 sent, 1 failed": the counts that are not zero. */
export function countsText({ result }: BulkEmail, t: Translate, number: (value: number) => string): string {
  const said: [BulkStatus, string][] = [
    ['sent', '{{count}} sent'],
    ['failed', '{{count}} failed'],
    ['sending', '{{count}} being sent'],
    ['pending', '{{count}} waiting'],
    ['canceled', '{{count}} cancelled'],
  ];
  return said
    .filter(([status]) => result[status])
    .map(([status, text]) => t(text, { count: number(result[status] ?? 0) }))
    .join(' · ');
}
