import React, { useEffect, useRef } from 'react';
import { Button } from 'antd';
import { BookOutlined, DownOutlined, LinkOutlined, RightOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Guide, GuideStep } from '../host/settingsTypes';
import { CopyValue } from './CopyValue';

interface Props {
  guide: Guide;
  open: boolean;
  /** The step to show, where an error led here. */
  target: string | undefined;
  toggle: () => void;
}

/** The way through the provider's console, step by step, behind a button. */
export function GuidePanel({ guide, open, target, toggle }: Props) {
  const { t } = useLane();
  return (
    <section className="mail-guide">
      <button aria-expanded={open} className="mail-guide-head" onClick={toggle} type="button">
        <BookOutlined aria-hidden />
        <span className="mail-guide-title">{guide.title}</span>
        <span className="mail-guide-count">{t('{{number}} steps', { number: guide.steps.length })}</span>
        {open ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
      </button>
      {open && (
        <div className="mail-guide-body">
          <p className="mail-guide-intro">{guide.intro}</p>
          <ol className="mail-guide-steps">
            {guide.steps.map((step, index) => (
              <Step index={index} isTarget={step.id === target} key={step.id} step={step} />
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}

function Step({ step, index, isTarget }: { step: GuideStep; index: number; isTarget: boolean }) {
  const { t } = useLane();
  const item = useRef<HTMLLIElement>(null);

  useEffect(() => {
    if (!isTarget) return;
    item.current?.scrollIntoView({ block: 'center' });
    item.current?.focus({ preventScroll: true });
  }, [isTarget]);

  return (
    <li
      className={isTarget ? 'mail-guide-step is-target' : 'mail-guide-step'}
      data-step={step.id}
      ref={item}
      tabIndex={-1}
    >
      <span aria-hidden className="mail-guide-number">
        {index + 1}
      </span>
      <div className="mail-guide-content">
        <h4>{step.title}</h4>
        {step.text.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {step.choices.length > 0 && (
          <dl>
            {step.choices.map(({ name, meaning }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        )}
        {step.values.map(({ label, value }) => (
          <CopyValue key={value} label={label} value={value} />
        ))}
        {step.link && (
          <Button
            className="mail-guide-link"
            href={step.link}
            icon={<LinkOutlined aria-hidden />}
            rel="noreferrer"
            size="small"
            target="_blank"
          >
            {t('Open this page of the console')}
          </Button>
        )}
      </div>
    </li>
  );
}
