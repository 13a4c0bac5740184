import { useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { byLabel, choiceOptions } from '#ui/fields/choice-options.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { repeatImport, unknownChoices } from '../contract.ts';

/** What the page calls the meaning of a word that is no option. */
const none = '';

/** Words of the sheet that are no option of their field: explained once, understood here and in every later sheet. */
export function UnknownChoices({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const { data } = useEndpoint(unknownChoices, { params: { id } });
  const repeat = useSend(repeatImport, ['/imports']);
  const [meanings, setMeanings] = useState<Record<string, string | undefined>>({});
  const items = (data?.items ?? []).flatMap(({ target, ...item }) => {
    const [object, name = ''] = target.split('.');
    const field = (object === 'contact' ? contact : customer)?.byKey.get(name);
    return field ? [{ ...item, target, field, key: `${target}\n${item.value}` }] : [];
  });
  if (items.length === 0) return null;
  const explained = items.flatMap(({ key, target, value }) => {
    const meaning = meanings[key];
    return meaning === undefined ? [] : [{ target, value, meaning: meaning === none ? null : meaning }];
  });
  const run = () =>
    repeat.mutate(
      { params: { id }, body: { meanings: explained } },
      { onSuccess: (next) => void navigate({ to: '/imports/$id', params: { id: next.id } }) },
    );
  return (
    <section className="panel" aria-labelledby="unknown-choices">
      <h2 id="unknown-choices">{t('collection.unknownChoices')}</h2>
      <p className="muted">{t('collection.unknownChoicesHelp')}</p>
      <ProblemAlert problem={repeat.error} />
      <ScrollRegion name={t('collection.unknownChoices')}>
        <table className="plain stacked">
          <thead>
            <tr>
              <th scope="col">{t('collection.rowsWithIt')}</th>
              <th scope="col">{t('collection.heading')}</th>
              <th scope="col">{t('collection.value')}</th>
              <th scope="col">{t('collection.meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ key, heading, value, rows, field }) => (
              <tr key={key}>
                <td>{rows}</td>
                <td>{heading}</td>
                <td>{value}</td>
                <td>
                  <Select
                    className="target-select"
                    aria-label={t('collection.meaningOf', { heading, value })}
                    allowClear
                    showSearch={byLabel}
                    placeholder={t('collection.notExplained')}
                    value={meanings[key]}
                    options={[
                      ...choiceOptions(field, i18n.language),
                      { value: none, label: t('collection.meansNothing') },
                    ]}
                    onChange={(next?: string) => setMeanings({ ...meanings, [key]: next })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <div className="row">
        <Button type="primary" disabled={explained.length === 0} loading={repeat.isPending} onClick={run}>
          {t('collection.repeat')}
        </Button>
      </div>
    </section>
  );
}
