import { PlusOutlined, SettingOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { labelled, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { type IntakeRowView, lateCollectors, listIntakes } from '../../intake-contract.ts';
import { IntakeState, Lateness } from './parts.tsx';
import { SettingsDialog } from './settings-dialog.tsx';

const waiting = (of: IntakeRowView['waitingFor']): string => {
  const people = listed(of?.people ?? []);
  return of?.step ? labelled(of.step, people) : people;
};

const boxes = ['mine', 'open', 'late', 'all'] as const;

/** Intakes on their way to a dossier number, and who is late with them. */
export default function IntakesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [{ box }, put] = useAddress({ box: oneOf(boxes, can('intake:collect') ? 'mine' : 'open') });
  const [settings, setSettings] = useState(false);
  const pages = usePages(listIntakes, { query: { box, limit: 50 } });
  const items = itemsOf(pages);
  return (
    <Page
      title={t('collection.intake.title')}
      actions={
        <>
          {can('intake:manage') ? (
            <Button icon={<SettingOutlined aria-hidden />} onClick={() => setSettings(true)}>
              {t('collection.intake.settings')}
            </Button>
          ) : null}
          {can('intake:collect') ? (
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => void navigate({ to: '/intakes/new' })}
            >
              {t('collection.intake.new')}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('collection.intake.which')}
          value={box}
          options={boxes.map((value) => ({ value, label: t(`collection.intake.boxes.${value}`) }))}
          onChange={(next) => put({ box: next })}
        />
      </div>
      {box === 'late' ? <LateCollectors /> : null}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t(`collection.intake.empty.${box}`)} /> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('collection.intake.title')}>
          <table className="plain entries">
            <thead>
              <tr>
                <th scope="col">{t('collection.intake.name')}</th>
                <th scope="col">{t('collection.intake.state')}</th>
                <th scope="col">{t('collection.intake.waitingFor')}</th>
                <th scope="col">{t('collection.intake.collector')}</th>
                <th scope="col">{t('collection.intake.collectedOn')}</th>
                <th scope="col">{t('collection.intake.dueOn')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <td>
                    <Link to="/intakes/$id" params={{ id: item.id }}>
                      {item.name || t('collection.intake.unnamed')}
                    </Link>{' '}
                    <span className="muted small">{item.number}</span>
                  </td>
                  <td className="nowrap">
                    <IntakeState intake={item} />
                  </td>
                  <td data-label={t('collection.intake.waitingFor')}>
                    {item.waitingFor?.step === '' ? t('collection.intake.collector') : waiting(item.waitingFor)}
                  </td>
                  <td className="nowrap" data-label={t('collection.intake.collector')}>
                    {item.collector.name}
                  </td>
                  <td className="nowrap">{item.collectedOn}</td>
                  <td className="nowrap">
                    {t('collection.intake.dueBy', { day: item.dueOn })} <Lateness intake={item} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
      {settings ? <SettingsDialog onClose={() => setSettings(false)} /> : null}
    </Page>
  );
}

function LateCollectors() {
  const { t } = useTranslation();
  const { data } = useEndpoint(lateCollectors);
  if (!data || data.items.length === 0) return null;
  return (
    <ul className="cards panel" aria-label={t('collection.intake.lateBy')}>
      {data.items.map((item) => (
        <li key={item.collector.id} className="list-row">
          <span className="grow">{item.collector.name}</span>
          <span>{t('collection.intake.lateCount', { n: item.count })}</span>
          <Lateness intake={item} />
        </li>
      ))}
    </ul>
  );
}
