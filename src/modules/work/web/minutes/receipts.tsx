import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#ui/copy-button.tsx';
import { formatTime } from '#ui/format.ts';
import { usePublicOrigin } from '#ui/public-origin.ts';
import type { MinutesDetail } from '../../minutes-contract.ts';

/** To whom minutes went, who opened and who answered; with the link to pass on by another way. */
export function Receipts({ minutes }: { minutes: MinutesDetail }) {
  const { t } = useTranslation();
  const origin = usePublicOrigin();
  if (minutes.recipients.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="minutes-receipts">
      <h2 id="minutes-receipts">{t('work.minutes.receipts')}</h2>
      <ul className="cards">
        {minutes.recipients.map((item) => (
          <li key={item.id} className="list-row">
            <div className="grow">
              <strong>{item.name}</strong> {item.email ? <span className="muted">{item.email}</span> : null}
              <div className="muted small task-facts">
                <span>{t('work.minutes.edition', { n: item.edition })}</span>
                {item.mailedAt ? <span>{t('work.minutes.mailed', { at: formatTime(item.mailedAt) })}</span> : null}
                <span>
                  {item.openedAt
                    ? t('work.minutes.opened', { at: formatTime(item.openedAt) })
                    : t('work.minutes.notOpened')}
                </span>
              </div>
              {item.comment ? <div className="note-text">{item.comment}</div> : null}
            </div>
            {item.answer && item.answeredAt ? (
              <Tag color={item.answer === 'confirmed' ? 'success' : 'warning'}>
                {t(`work.minutes.answers.${item.answer}`, {
                  name: item.answeredName ?? '',
                  at: formatTime(item.answeredAt),
                })}
              </Tag>
            ) : null}
            {item.path && !item.answer && item.edition === minutes.edition ? (
              <CopyButton text={origin + item.path} name={item.name} />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
