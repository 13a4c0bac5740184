import { Button, Popover, Select, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { customerClasses } from '../classes-contract.ts';
import { setCategories } from '../labels-contract.ts';
import { overridable } from '../spec.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { useClassNames } from './shared.tsx';

const ClassHistory = lazy(() => import('./class-history.tsx'));

type Item = (typeof customerClasses)['response']['_output']['items'][number];

/** The customer's classes with their reasons, beside the card. */
export default function ClassesPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(customerClasses, { params: { id: customerId } });
  const { dictionary, fieldName, valueName } = useClassNames();
  const [open, setOpen] = useState<Item | null>(null);
  const [history, setHistory] = useState(false);
  if (error) return <ProblemAlert problem={error} />;
  if (!data || !dictionary) return null;
  const shown = data.items.filter((item) => dictionary.byKey.has(item.dimension));
  return (
    <section className="panel classes-panel" aria-label={t('segments.classes.title')}>
      <ul className="class-list">
        {shown.map((item) => (
          <li key={item.dimension}>
            <span className="muted small">{fieldName(item.dimension)}</span>
            <Popover
              trigger={['click']}
              content={
                <div className="class-why">
                  <Reason item={item} />
                  {data.can.override && (overridable as readonly string[]).includes(item.dimension) ? (
                    <Button size="small" onClick={() => setOpen(item)}>
                      {t('segments.override')}
                    </Button>
                  ) : null}
                </div>
              }
            >
              <button type="button" className="class-value">
                <span className="visually-hidden">{fieldName(item.dimension)} </span>
                {valueName(item.dimension, item.value)}
                {item.override ? <Tag>{t('segments.byHand')}</Tag> : null}
              </button>
            </Popover>
          </li>
        ))}
      </ul>
      <Categories customerId={customerId} present={data.categories} editable={data.can.categorise} />
      <Button size="small" type="link" onClick={() => setHistory(true)}>
        {t('segments.classHistory')}
      </Button>
      {history ? (
        <Suspense fallback={null}>
          <ClassHistory customerId={customerId} onClose={() => setHistory(false)} />
        </Suspense>
      ) : null}
      {open ? <OverrideDialog customerId={customerId} item={open} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}

function Reason({ item }: { item: Item }) {
  const { t } = useTranslation();
  if (item.override)
    return (
      <p>
        {t('segments.overrideBy', { by: item.override.by, reason: item.override.reason })}
        {item.override.expiresOn ? ` ${t('segments.until', { day: item.override.expiresOn })}` : ''}
      </p>
    );
  if (!item.because) return <p className="muted">{t('segments.noReason')}</p>;
  const params = Object.fromEntries(
    Object.entries(item.because.params).map(([key, value]) => [
      key,
      typeof value === 'number' ? formatNumber(value) : value,
    ]),
  );
  return <p>{t(`segments.because.${item.because.code}`, params)}</p>;
}

function Categories({ customerId, present, editable }: { customerId: string; present: string[]; editable: boolean }) {
  const { t } = useTranslation();
  const { optionsOf, valueName } = useClassNames();
  const send = useSend(setCategories, ['/customers']);
  const options = optionsOf('categories');
  if (options.length === 0) return null;
  if (!editable)
    return (
      <div className="row">
        {present.map((id) => (
          <Tag key={id}>{valueName('categories', id)}</Tag>
        ))}
      </div>
    );
  return (
    <>
      <Select
        mode="multiple"
        className="full-width"
        aria-label={t('segments.labels.categories')}
        placeholder={t('segments.labels.categories')}
        showSearch={{ optionFilterProp: 'label' }}
        loading={send.isPending}
        value={present}
        options={options}
        onChange={(ids: string[]) => send.mutate({ params: { id: customerId }, body: { ids } })}
      />
      <ProblemAlert problem={send.error} />
    </>
  );
}
