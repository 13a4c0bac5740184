import { PaperClipOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { formatMoney } from '#shared/money.ts';
import { downloadUrl, useSend } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import {
  type IntelligenceView,
  intelligenceFile,
  restoreIntelligence,
  trashIntelligence,
} from '../../intelligence-contract.ts';
import './intelligence.css';

const stale = ['/intelligence', '/competitors', '/customers'];

/** One item: what, about whom, how far it can be relied on, until when. */
export function NoteEntry({
  item,
  showSubject,
  onEdit,
  onUse,
}: {
  item: IntelligenceView;
  showSubject: boolean;
  onEdit(): void;
  onUse(): void;
}) {
  const { t, i18n } = useTranslation();
  const { modal, message } = App.useApp();
  const dictionary = useDictionary('customer');
  const people = useDictionary('contact');
  const trash = useSend(trashIntelligence, stale);
  const restore = useSend(restoreIntelligence, stale);
  const failed = { onError: (problem: { message: string }) => void message.error(problem.message) };
  const facts = [
    t(`ui.source.${item.method}`),
    item.source,
    item.costMinor === null
      ? ''
      : formatMoney({ amount: String(item.costMinor), currency: item.currency ?? 'CNY' }, i18n.language),
    item.authorName,
    item.collectedOn,
    item.expiresOn ? `${t('collection.intelligence.expiresOn')} ${item.expiresOn}` : '',
  ].filter((text) => text !== '');
  return (
    <li className={item.expired ? 'panel note expired' : 'panel note'}>
      <div className="row">
        <strong className="grow">{item.item}</strong>
        {item.expired ? <Tag color="warning">{t('collection.intelligence.expired')}</Tag> : null}
        <Tag
          title={`${t(`collection.intelligence.reliabilities.${item.reliability}`)} · ${t(`collection.intelligence.credibilities.${item.credibility}`)}`}
          color={item.reliability <= 'B' && item.credibility <= 2 ? 'success' : 'default'}
        >
          {t('collection.intelligence.rated', { code: `${item.reliability}${item.credibility}` })}
        </Tag>
        <Tag>{t(`ui.sensitivity.${item.sensitivity}`)}</Tag>
      </div>
      {showSubject ? (
        <p>
          {t(`collection.intelligence.subjects.${item.subject}`)}
          {' · '}
          {item.competitor ? (
            <Link to="/competitors/$key" params={{ key: item.competitor }}>
              {item.subjectName}
            </Link>
          ) : item.customer ? (
            <Link to="/customers/$id" params={{ id: item.customer.id }}>
              {item.customer.name}
            </Link>
          ) : (
            item.subjectName
          )}
        </p>
      ) : null}
      {item.content ? <div className="note-text">{item.content}</div> : null}
      <div className="muted small">{facts.join(' · ')}</div>
      {item.files.length > 0 ? (
        <ul className="note-files">
          {item.files.map((file) => (
            <li key={file.id}>
              <a href={downloadUrl(intelligenceFile, { params: { id: item.id, fileId: file.id } })} download>
                <PaperClipOutlined aria-hidden /> {file.name}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {item.proposals.map((proposal) => {
        const field = (proposal.contact ? people : dictionary)?.byKey.get(proposal.field);
        return (
          <Tag key={proposal.id} color={proposal.state === 'applied' ? 'blue' : 'default'}>
            {proposal.contact ? `${proposal.contact.name} · ` : ''}
            {field ? label(field.label) : proposal.field} {t(`collection.intelligence.proposals.${proposal.state}`)}
          </Tag>
        );
      })}
      <div className="row">
        {item.can.propose !== 'no' && item.state === 'active' ? (
          <Button size="small" onClick={onUse}>
            {t('collection.intelligence.use')}
          </Button>
        ) : null}
        {item.can.update && item.state === 'active' ? (
          <>
            <Button size="small" type="text" onClick={onEdit}>
              {t('ui.edit')}
            </Button>
            <Button
              size="small"
              type="text"
              danger
              onClick={() =>
                void modal.confirm({
                  title: t('collection.intelligence.removeTitle'),
                  okText: t('ui.delete'),
                  cancelText: t('ui.cancel'),
                  onOk: () => trash.mutate({ params: { id: item.id }, ifMatch: item.version }, failed),
                })
              }
            >
              {t('collection.intelligence.remove')}
            </Button>
          </>
        ) : null}
        {item.can.update && item.state === 'trashed' ? (
          <Button
            size="small"
            onClick={() => restore.mutate({ params: { id: item.id }, ifMatch: item.version }, failed)}
          >
            {t('collection.intelligence.restore')}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
