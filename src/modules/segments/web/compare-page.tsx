import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { recordId, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { itemsOf, usePages } from '#ui/load-more.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { compareSegments, listSegments } from '../contract.ts';
import { percent, useClassNames } from './shared.tsx';

const member = (id: string): Condition => ({ field: 'segments', op: 'contains', value: id });
const stranger = (id: string): Condition => ({ field: 'segments', op: 'notContains', value: id });

/** Two segments side by side: overlap, each alone, and how their members differ. */
export default function ComparePage() {
  const { t } = useTranslation();
  const { fieldName, valueName } = useClassNames();
  const pages = usePages(listSegments, { query: { limit: 200 } });
  const [{ a, b }, put] = useAddress({ a: recordId, b: recordId });
  const compared = useEndpoint(
    compareSegments,
    { query: { a: a ?? '', b: b ?? '' } },
    { enabled: a !== null && b !== null, retry: false },
  );
  const options = itemsOf(pages).map((item) => ({
    value: item.id,
    label: item.name,
  }));
  const { data } = compared;
  const sizes = data ? { a: data.onlyA + data.both, b: data.onlyB + data.both } : { a: 0, b: 0 };
  return (
    <Page title={t('segments.compare')}>
      <div className="panel grid-2">
        {(
          [
            ['a', a],
            ['b', b],
          ] as const
        ).map(([key, value]) => (
          <FormField key={key} id={`compare-${key}`} label={t(`segments.compared.${key}`)}>
            <Select
              id={`compare-${key}`}
              className="full-width"
              showSearch={{ optionFilterProp: 'label' }}
              value={value}
              options={options}
              onChange={(next) => put({ [key]: next })}
            />
          </FormField>
        ))}
      </div>
      <ProblemAlert problem={compared.error ?? pages.error} />
      {compared.isFetching && !data ? <Loading /> : null}
      {data && a && b ? (
        <>
          <section className="panel stat-row" aria-label={t('segments.overlap')}>
            {(
              [
                ['onlyA', data.onlyA, [member(a), stranger(b)]],
                ['both', data.both, [member(a), member(b)]],
                ['onlyB', data.onlyB, [stranger(a), member(b)]],
              ] as const
            ).map(([key, count, all]) => (
              <div key={key} className="grow">
                <div className="muted">{t(`segments.compared.${key}`)}</div>
                <strong>
                  <CustomersLink filter={{ all: [...all] }}>{formatNumber(count)}</CustomersLink>
                </strong>
              </div>
            ))}
          </section>
          <section className="panel" aria-labelledby="compare-profile">
            <h2 id="compare-profile">{t('segments.profile')}</h2>
            <ScrollRegion name={t('segments.profile')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t('ui.field')}</th>
                    <th scope="col">{t('ui.value')}</th>
                    <th scope="col">{t('segments.compared.a')}</th>
                    <th scope="col">{t('segments.compared.b')}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.averages.map((item) => (
                    <tr key={item.field}>
                      <th scope="row">{fieldName(item.field)}</th>
                      <td className="muted">{t('segments.average')}</td>
                      <td>{item.a === null ? '—' : formatNumber(Math.round(item.a * 100) / 100)}</td>
                      <td>{item.b === null ? '—' : formatNumber(Math.round(item.b * 100) / 100)}</td>
                    </tr>
                  ))}
                  {data.profile.map((item) => (
                    <tr key={`${item.field}-${item.value}`}>
                      <th scope="row">{fieldName(item.field)}</th>
                      <td>{valueName(item.field, item.value)}</td>
                      <td>
                        {formatNumber(item.a)} <span className="muted">{percent(item.a, sizes.a)}</span>
                      </td>
                      <td>
                        {formatNumber(item.b)} <span className="muted">{percent(item.b, sizes.b)}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </section>
        </>
      ) : null}
    </Page>
  );
}
