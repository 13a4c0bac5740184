import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { useCan } from '#ui/session.tsx';
import { type CustomerCard, listCustomers } from '../contract.ts';
import { MemberDialog } from './member-dialog.tsx';

/** Members of a household, or the indirect customers a dealer serves. */
export function Members({ card }: { card: CustomerCard }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const household = card.kind === 'household';
  const [choosing, setChoosing] = useState(false);
  const pages = usePages(listCustomers, {
    query: {
      filter: JSON.stringify({ field: 'parentCustomerId', op: 'eq', value: card.id }),
      fields: 'name,number',
      sort: 'name',
      limit: 20,
    },
  });
  const items = itemsOf(pages);
  if (items.length === 0 && !household && card.kind !== 'partner') return null;
  const existing = t(household ? 'customers.takeMember' : 'customers.takeServed');
  return (
    <section className="panel" aria-labelledby={`members-${card.id}`}>
      <h2 id={`members-${card.id}`}>{t(household ? 'customers.members' : 'customers.served')}</h2>
      {items.length === 0 ? <p className="muted">{t('customers.membersNone')}</p> : null}
      <ul className="cards">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <Link to="/customers/$id" params={{ id: item.id }}>
              {String(item.values.name ?? '')}
            </Link>
            <span className="muted">{item.number}</span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
      {card.can.update ? (
        <div className="row">
          {can('customer:create') ? (
            <Button
              size="small"
              onClick={() =>
                void navigate({
                  to: '/customers/new',
                  search: { parent: card.id, kind: household ? 'individual' : 'company' },
                })
              }
            >
              {t(household ? 'customers.addMember' : 'customers.addServed')}
            </Button>
          ) : null}
          <Button size="small" onClick={() => setChoosing(true)}>
            {existing}
          </Button>
        </div>
      ) : null}
      {choosing ? <MemberDialog card={card} title={existing} onClose={() => setChoosing(false)} /> : null}
    </section>
  );
}
