import React, { useEffect, useId, useRef, useState } from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { hueOf, initials, personName } from '../shared/format';
import { useComposeActions } from './actions';
import {
  addRecipients,
  type Found,
  isAddress,
  mayDivide,
  parseRecipients,
  recipientText,
  standsForItself,
  suggestionsFor,
} from './recipients';
import type { Recipient } from './types';

/** How long to wait for the next letter before asking for suggestions, in milliseconds. */
const PAUSE = 150;

interface Props {
  label: string;
  value: Recipient[];
  autoFocus?: boolean;
  onChange: (value: Recipient[]) => void;
  /** What stands at the end of the line. */
  children?: React.ReactNode;
}

/** A line of recipients. Each is a chip; the input after them suggests people of earlier mail. */
export function RecipientField({ label, value, autoFocus = false, onChange, children }: Props) {
  const { t } = useLane();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [isPointedAt, setPointedAt] = useState(false);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const suggestions = useSuggestions(open ? text : '', value);
  const isOpen = open && suggestions.length > 0;

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const point = (index: number, knowingly: boolean) => {
    setChosen(index);
    setPointedAt(knowingly);
  };
  const add = (people: Recipient[]) => {
    onChange(addRecipients(value, people));
    setText('');
    setOpen(false);
    point(0, false);
  };
  const remove = (person: Recipient) => onChange(value.filter((each) => each !== person));
  const commit = () => {
    if (text.trim()) add(parseRecipients(text));
  };
  const edit = (person: Recipient) => {
    onChange(
      addRecipients(
        value.filter((each) => each !== person),
        parseRecipients(text),
      ),
    );
    setText(recipientText(person));
    input.current?.focus();
  };

  const press = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    const suggestion = suggestions[chosen];
    if (isOpen && (key === 'ArrowDown' || key === 'ArrowUp')) {
      event.preventDefault();
      const step = key === 'ArrowDown' ? 1 : suggestions.length - 1;
      point((chosen + step) % suggestions.length, true);
    } else if (
      isOpen &&
      (key === 'Enter' || key === 'Tab') &&
      suggestion &&
      (isPointedAt || !standsForItself(text, suggestion)) &&
      !event.ctrlKey &&
      !event.metaKey
    ) {
      event.preventDefault();
      add([suggestion]);
    } else if (key === 'Enter' || ((key === ',' || key === ';') && mayDivide(text))) {
      // With Ctrl the mail is sent, by the composer around.
      commit();
      if (!event.ctrlKey && !event.metaKey) event.preventDefault();
    } else if (key === 'Backspace' && text === '' && value.length > 0) {
      onChange(value.slice(0, -1));
    } else if (key === 'Escape' && isOpen) {
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div className="mail-compose-line mail-compose-people" onClick={() => input.current?.focus()}>
      <label className="mail-compose-label" htmlFor={`${id}-input`}>
        {label}
      </label>
      <ul aria-label={label} className="mail-chips">
        {value.map((person) => (
          <Chip
            key={person.address}
            onEdit={() => edit(person)}
            onRemove={() => remove(person)}
            person={person}
          />
        ))}
        {/* As wide as its text: it stands behind the last chip while there is room for that. */}
        <li className="mail-chips-input" style={{ minWidth: `min(100%, ${text.length + 1}ch)` }}>
          <input
            aria-activedescendant={isOpen ? `${id}-${chosen}` : undefined}
            aria-autocomplete="list"
            aria-controls={`${id}-list`}
            aria-expanded={isOpen}
            autoComplete="off"
            id={`${id}-input`}
            onBlur={() => {
              commit();
              setOpen(false);
            }}
            onChange={({ target }) => {
              setText(target.value);
              setOpen(true);
              point(0, false);
            }}
            onKeyDown={press}
            onPaste={(event) => {
              const people = parseRecipients(event.clipboardData.getData('text'));
              if (people.length < 2) return;
              event.preventDefault();
              add(people);
            }}
            ref={input}
            role="combobox"
            spellCheck={false}
            type="text"
            value={text}
          />
        </li>
      </ul>
      {children}
      <ul
        aria-label={t('Suggestions')}
        className="mail-suggestions"
        hidden={!isOpen}
        id={`${id}-list`}
        role="listbox"
      >
        {suggestions.map((person, index) => (
          <li
            aria-selected={index === chosen}
            className={index === chosen ? 'is-chosen' : ''}
            id={`${id}-${index}`}
            key={person.address}
            // Before the input loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              add([person]);
            }}
            // Not by appearing under a pointer that rests.
            onMouseMove={() => point(index, true)}
            role="option"
          >
            <Face person={person} />
            <span className="mail-ellipsis">
              {person.name && <b>{person.name} </b>}
              <span className="mail-compose-soft">{person.address}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ChipProps {
  person: Recipient;
  onEdit: () => void;
  onRemove: () => void;
}

function Chip({ person, onEdit, onRemove }: ChipProps) {
  const { t } = useLane();
  const valid = isAddress(person.address);
  const title = valid
    ? recipientText(person)
    : t('{{address}} is not a complete e-mail address', { address: person.address });
  return (
    <li className={valid ? 'mail-chip' : 'mail-chip is-invalid'} onDoubleClick={onEdit} title={title}>
      {valid && <Face person={person} />}
      <span className="mail-ellipsis">{personName(person)}</span>
      <button
        aria-label={t('Remove {{name}}', { name: personName(person) })}
        onClick={onRemove}
        type="button"
      >
        <CloseOutlined aria-hidden />
      </button>
    </li>
  );
}

function Face({ person }: { person: Recipient }) {
  return (
    <span aria-hidden className="mail-face" style={{ background: `hsl(${hueOf(person.address)} 45% 40%)` }}>
      {initials(person)}
    </span>
  );
}

/** Who the text may mean. */
function useSuggestions(text: string, known: Recipient[]): Recipient[] {
  const actions = useComposeActions();
  const [found, setFound] = useState<Found>({ wanted: '', people: [] });
  const wanted = text.trim();
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    const show = (people: Recipient[]) => current && setFound({ wanted, people });
    const timer = setTimeout(() => {
      // Writing goes on without suggestions, too.
      actions.suggestions(wanted).then(show, () => show([]));
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [actions, wanted]);
  return suggestionsFor(found, text, known);
}
