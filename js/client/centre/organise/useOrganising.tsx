import React, { useCallback, useMemo } from 'react';
import { App, Button } from 'antd';
import type { MailError } from '../../host/error';
import { useLane } from '../../host/lane';
import { useActions } from '../../host/page';
import { isOwnDraft, type Label, type MessageRow, type MoveTargets, type Wish } from '../../host/types';
import { announceChange } from '../../shared/changes';
import { amount } from '../../shared/format';
import { useLoad } from '../../shared/useLoad';
import { useModal } from '../../shared/useModal';
import type { MessagePages, Standing } from '../messagePages';
import type { Place } from '../place';
import { hindrance, keeps } from './possible';
import { changeByOne, fulfilled, idsFor, leaves, standsFor, undoing } from './wish';

/** The most emails that one request changes. */
const MOST = 1000;

/** How long a way back is offered, in seconds. */
const UNDO_SECONDS = 8;

/** What can be done with emails, and what is needed for it. */
export interface Organising {
  labels: Label[];
  targets: MoveTargets[];
  /** Shown at once; taken back with an error when the server refuses. */
  apply: (rows: MessageRow[], wish: Wish) => void;
  /** Asks first. */
  deleteForGood: (rows: MessageRow[]) => void;
  /** Makes a label and puts it on emails; false where the server refuses. */
  createLabel: (name: string, color: string, rows: MessageRow[]) => Promise<boolean>;
  /** Rejects with what the server says against it. */
  changeLabel: (label: Label) => Promise<void>;
  deleteLabel: (label: Label) => void;
  dismiss: (row: MessageRow) => void;
}

/**
 * @param searches whether the list is what a search has found
 * @param onGone called with the rows that are about to leave the list; returns what is to be done once they are put back
 * @param onLabelGone called with a label that has been deleted
 */
export function useOrganising(
  pages: MessagePages,
  place: Place,
  searches: boolean,
  onGone: (ids: Set<number>) => () => void,
  onLabelGone: (id: number) => void,
): Organising {
  const { t, say, language } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const modal = useModal();
  const labels = useLoad(actions.labels);
  const targets = useLoad(actions.moveTargets);
  const known = useMemo(
    () => ({ labels: labels.value ?? [], targets: targets.value ?? [] }),
    [labels.value, targets.value],
  );

  const fail = useCallback(
    (error: unknown) => {
      app.message.error(say((error as MailError).message));
      pages.refresh();
    },
    [app, pages, say],
  );

  /** @param before how the rows were that are shown as if it were done */
  const send = async (work: () => Promise<unknown>, done?: () => void, before: Standing[] = []) => {
    try {
      await work();
      done?.();
    } catch (error) {
      // The list may be out of reach, too.
      pages.restore(before);
      fail(error);
    } finally {
      announceChange();
    }
  };

  const takeOut = (rows: MessageRow[]) => {
    const gone = new Set(rows.map(({ id }) => id));
    if (gone.size === 0) return undefined;
    const back = onGone(gone);
    pages.remove(gone);
    return back;
  };

  const apply: Organising['apply'] = (chosen, wish) => applyWith(known.labels, chosen, wish);

  const applyWith = (labels: Label[], chosen: MessageRow[], wish: Wish) => {
    // Somebody else's mail is only looked at.
    const own = chosen.filter((row) => !row.readOnly);
    const rows = withoutHindered(own, (row) => hindrance(row, wish));
    if (rows.length === 0) return;
    const ids = rows.flatMap((row) => idsFor(row, wish));
    const before = pages.standing(rows);
    const leaving = rows.filter((row) => {
      const change = fulfilled(row, wish, labels, known.targets);
      const shown = pages.rowsOf([row.id])[0];
      const isWhole = shown === row || standsFor(shown, ids, wish);
      pages.patch(row.id, isWhole ? change : changeByOne(shown, change));
      return isWhole && leaves(place, { ...row, ...change }, searches) && !leaves(place, row, searches);
    });
    const back = takeOut(leaving);
    const undo = undoing(wish);
    void send(
      () => organise(ids, wish),
      () => undo && offerUndo(wish, () => void send(() => organise(ids, undo), back)),
      before,
    );
  };

  /** Those that nothing speaks against; what does against the others is said. */
  const withoutHindered = (rows: MessageRow[], reasonFor: (row: MessageRow) => string | undefined) => {
    const reasons = rows.map(reasonFor);
    for (const reason of new Set(reasons)) {
      if (reason === undefined) continue;
      const count = reasons.filter((each) => each === reason).length;
      const leftOut = t('{{count}} left out', { count: amount(count, language()) });
      void app.message.info({
        key: `mail-${reason}`,
        content: (
          <>
            {rows.length > 1 && <div>{leftOut}</div>}
            {say(reason)}
          </>
        ),
      });
    }
    return rows.filter((_, index) => reasons[index] === undefined);
  };

  const organise = async (ids: number[], wish: Wish) => {
    for (const some of portions(ids)) await actions.organise(some, wish);
  };

  const offerUndo = (wish: Wish, undo: () => void) => {
    const key = 'mail-undo';
    const said: Partial<Record<string, string>> = {
      archive: t('Archived'),
      trash: t('Moved to trash'),
      spam: t('Moved to spam'),
      in: t('Moved to the inbox'),
    };
    void app.message.open({
      key,
      duration: UNDO_SECONDS,
      content: (
        <span className="mail-undo">
          <span>{said[wish.boxType ?? '']}</span>
          <Button
            onClick={() => {
              app.message.destroy(key);
              undo();
            }}
            size="small"
            type="link"
          >
            {t('Undo')}
          </Button>
        </span>
      ),
    });
  };

  const deleteForGood: Organising['deleteForGood'] = (chosen) => {
    const rows = withoutHindered(chosen, (row) => keeps(row, known.targets));
    if (rows.length === 0) return;
    modal.confirm({
      title: t('Delete for good?'),
      content: rows.every(isOwnDraft)
        ? t('What you wrote is deleted and can’t be brought back.')
        : t('It disappears from the mailbox at the provider, too, and can’t be put back.'),
      okText: t('Delete for good'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => {
        const before = pages.standing(rows);
        takeOut(rows);
        const ids = rows.flatMap((row) => idsFor(row, { boxType: 'trash' }));
        const work = async () => {
          for (const some of portions(ids)) await actions.deleteForGood(some);
        };
        void send(work, undefined, before);
      },
    });
  };

  const createLabel: Organising['createLabel'] = async (name, color, rows) => {
    try {
      const label = await actions.createLabel(name, color);
      applyWith([...known.labels, label], rows, { addLabels: [label.id] });
      await labels.reload();
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };

  const changeLabel: Organising['changeLabel'] = async (label) => {
    await actions.changeLabel(label);
    await labels.reload();
    announceChange();
  };

  const deleteLabel: Organising['deleteLabel'] = (label) => {
    modal.confirm({
      title: t('Delete the label “{{name}}”?', { name: label.label }),
      content: t('It is taken off every email. The emails stay.'),
      okText: t('Delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => {
        const rows = pages.loaded().filter((row) => row.labels?.some(({ id }) => id === label.id));
        const before = pages.standing(rows);
        for (const { id, labels } of rows) {
          pages.patch(id, { labels: labels?.filter((other) => other.id !== label.id) ?? [] });
        }
        const done = () => {
          onLabelGone(label.id);
          void labels.reload();
        };
        void send(() => actions.deleteLabel(label.id), done, before);
      },
    });
  };

  const dismiss: Organising['dismiss'] = ({ outgoing }) => {
    if (outgoing) void send(() => actions.dismissRefused([outgoing.id]));
  };

  return { ...known, apply, deleteForGood, createLabel, changeLabel, deleteLabel, dismiss };
}

function portions(ids: number[]): number[][] {
  return Array.from({ length: Math.ceil(ids.length / MOST) }, (_, at) =>
    ids.slice(at * MOST, (at + 1) * MOST),
  );
}
