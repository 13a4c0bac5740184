import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { getCustomer, possibleDuplicates } from '#modules/customers/contract.ts';
import { useEndpoint } from '#ui/api.ts';
import { listed } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { contactDuplicates } from '../duplicates-contract.ts';
import { percent } from './duplicates-queue.tsx';

const compared = [
  ...['name', 'nameEn', 'shortName', 'aliases', 'phones', 'faxes', 'emails', 'websites', 'uscc', 'idCard', 'addresses'],
  ...['postcode', 'birthday', 'legalRepresentative'],
];

/** What resembles the open customer, and people in it that are there twice. */
export default function DuplicatesDialog({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const card = useEndpoint(getCustomer, { params: { id: customerId } }, { staleTime: 30_000 });
  const values = Object.fromEntries(
    compared.flatMap((key) => (card.data?.values[key] ? [[key, card.data.values[key]]] : [])),
  );
  const similar = useEndpoint(
    possibleDuplicates,
    { body: { kind: card.data?.kind ?? 'company', values, exceptId: customerId } },
    { enabled: card.data !== undefined, queryKey: ['/customers/duplicates', customerId, card.data?.version] },
  );
  const people = useEndpoint(contactDuplicates, { params: { id: customerId } });
  const open = (search: { ids: string } | { people: string }) => {
    onClose();
    void navigate({ to: '/duplicates/merge', search });
  };
  const found = similar.data?.items ?? [];
  const twice = people.data?.items ?? [];
  return (
    <Modal open title={t('quality.duplicates.action')} footer={null} onCancel={onClose} width={640}>
      <ProblemAlert problem={similar.error ?? people.error} />
      {similar.isPending ? <Loading /> : null}
      {similar.data && found.length === 0 ? <EmptyState text={t('quality.duplicates.actionNone')} /> : null}
      {found.map((item) => (
        <div key={item.id} className="row">
          <span className="grow">
            <strong>
              <Link to="/customers/$id" params={{ id: item.id }} target="_blank">
                {item.name}
              </Link>
            </strong>{' '}
            <span className="muted">
              {item.number} · {t('quality.duplicates.score', { n: percent(item.score) })} ·{' '}
              {listed(item.because.map((reason) => t(`customers.duplicates.because.${reason}`)))}
            </span>
          </span>
          <Button onClick={() => open({ ids: `${customerId},${item.id}` })}>{t('quality.duplicates.merge')}</Button>
        </div>
      ))}
      {twice.length > 0 ? <h2>{t('quality.duplicates.people')}</h2> : null}
      {twice.map(({ a, b, score }) => (
        <div key={a.id + b.id} className="row">
          <span className="grow">
            {a.name} / {b.name} {a.customerName === b.customerName ? null : b.customerName}{' '}
            <span className="muted">{t('quality.duplicates.score', { n: percent(score) })}</span>
          </span>
          <Button onClick={() => open({ people: `${a.id},${b.id}` })}>{t('quality.duplicates.merge')}</Button>
        </div>
      ))}
    </Modal>
  );
}
