import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { listed } from '#ui/format.ts';
import type { MinutesContent } from '../../minutes-contract.ts';

/** The text of minutes as everybody reads it. */
export function MinutesText({ content, held }: { content: MinutesContent; held: string }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    ['heldAt', held],
    ['place', content.place],
    ['ours', listed(content.ours)],
    ['theirs', listed(content.theirs)],
    ['others', listed(content.others)],
  ];
  return (
    <>
      <dl className="visit-facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([key, value]) => (
            <div key={key}>
              <dt className="muted small">{t(`work.minutes.${key}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Part title={t('work.minutes.body')} shown={content.body !== ''}>
        <div className="note-text">{content.body}</div>
      </Part>
      <Part title={t('work.minutes.decisions')} shown={content.decisions.length > 0}>
        <ol className="minutes-points">
          {content.decisions.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
      </Part>
      <Part title={t('work.minutes.actions')} shown={content.actions.length > 0}>
        <ol className="minutes-points">
          {content.actions.map((action) => (
            <li key={action.title + action.owner}>
              {action.title}
              <span className="muted"> {[action.owner, action.dueOn].filter(Boolean).join(' · ')}</span>
            </li>
          ))}
        </ol>
      </Part>
    </>
  );
}

function Part({ title, shown, children }: { title: string; shown: boolean; children: ReactNode }) {
  if (!shown) return null;
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
