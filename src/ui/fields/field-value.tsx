import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AddressValue, FieldDefinition, MoneyValue, TextPointValue } from '#shared/fields.ts';
import { phoneText } from '#shared/identifiers/phone-text.ts';
import { formatMajorMoney, formatMoney } from '#shared/money.ts';
import { cellText } from '#shared/values/text.ts';
import { companyCurrency, companyZone, formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { useLookups } from './lookups.tsx';
import { useRegionName } from './regions.ts';

export interface FieldValueProps {
  field: FieldDefinition;
  value: unknown;
  /** Names of linked records by id. */
  labels?: Record<string, string>;
  /** One line, for lists. */
  short?: boolean;
}

const empty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** A value as a person reads it. A wrong contact point is marked, not hidden. */
export function FieldValue({ field, value, labels = {}, short = false }: FieldValueProps) {
  const { i18n } = useTranslation();
  if (empty(value)) return short ? null : <span className="muted">—</span>;
  switch (field.type) {
    case 'money':
      return <>{formatMoney(value as MoneyValue, i18n.language)}</>;
    case 'number':
    case 'score':
      if (field.rules.companyMoney) return <>{formatMajorMoney(Number(value), companyCurrency(), i18n.language)}</>;
      return (
        <>
          {formatNumber(Number(value))}
          {field.rules.unit ? ` ${field.rules.unit}` : ''}
        </>
      );
    case 'phone':
      return <Points items={[value as TextPointValue]} kind="tel" short={short} />;
    case 'phones':
      return <Points items={value as TextPointValue[]} kind="tel" short={short} />;
    case 'emails':
      return <Points items={value as TextPointValue[]} kind="mailto" short={short} />;
    case 'urls':
      return <Points items={value as TextPointValue[]} kind="url" short={short} />;
    case 'addresses':
      return <Addresses items={value as AddressValue[]} short={short} />;
    case 'choice':
    case 'multichoice':
      return <Choices field={field} keys={[value].flat() as string[]} />;
    case 'picture':
      return <Picture id={String(value)} name={label(field.label)} short={short} />;
    case 'region':
      return <RegionName code={String(value)} />;
    default:
      return <>{String(cellText(field, value, i18n.language, labels, companyZone()) ?? '')}</>;
  }
}

function Picture({ id, name, short }: { id: string; name: string; short: boolean }) {
  const { picture } = useLookups();
  return (
    <img
      className={short ? 'field-picture short' : 'field-picture'}
      src={picture.address(id)}
      alt={name}
      loading="lazy"
    />
  );
}

function RegionName({ code }: { code: string }) {
  return <>{useRegionName(code)}</>;
}

function Choices({ field, keys }: { field: FieldDefinition; keys: string[] }) {
  const { i18n } = useTranslation();
  return (
    <>
      {keys.map((key) => {
        const option = field.options.find((item) => item.key === key);
        const name = String(cellText({ ...field, type: 'choice' }, key, i18n.language, {}, companyZone()));
        return option?.color && option.color !== 'default' ? (
          <Tag key={key} color={option.color} variant="outlined">
            <span className="choice-text">{name}</span>
          </Tag>
        ) : (
          <Tag key={key}>{name}</Tag>
        );
      })}
    </>
  );
}

const href = (kind: 'tel' | 'mailto' | 'url', value: string) =>
  // A question mark in an address must not add a recipient or a text to the letter.
  kind === 'url'
    ? value
    : kind === 'tel'
      ? `tel:${value.replace(/ ext\. /, ',')}`
      : `mailto:${encodeURIComponent(value)}`;

function Points({ items, kind, short }: { items: TextPointValue[]; kind: 'tel' | 'mailto' | 'url'; short: boolean }) {
  const { t } = useTranslation();
  const shown = short ? items.slice(0, 1) : items;
  const Row = short ? 'span' : 'div';
  const written = (value: string) => (kind === 'tel' ? phoneText(value) : value);
  return (
    <>
      {shown.map((item) => (
        <Row key={item.value}>
          {short || !item.valid ? (
            <span>{written(item.value)}</span>
          ) : (
            <a
              href={href(kind, item.value)}
              rel="noreferrer noopener"
              {...(kind === 'url' ? { target: '_blank' } : {})}
              onClick={(event) => event.stopPropagation()}
            >
              {written(item.value)}
            </a>
          )}
          {item.type && !short ? (
            <span className="muted"> · {t(`ui.pointType.${item.type}`, { defaultValue: item.type })}</span>
          ) : null}
          {item.note && !short ? <span className="muted"> · {item.note}</span> : null}
          {item.valid ? null : (
            <Tooltip title={short ? t(`ui.notValid.${kind}`) : null}>
              <Tag color="warning" className="flag">
                {t('ui.check')}
              </Tag>
            </Tooltip>
          )}
          {item.valid || short ? null : <div className="muted small">{t(`ui.notValid.${kind}`)}</div>}
        </Row>
      ))}
      {short && items.length > 1 ? <span className="muted"> +{items.length - 1}</span> : null}
    </>
  );
}

function Addresses({ items, short }: { items: AddressValue[]; short: boolean }) {
  const { t } = useTranslation();
  const shown = short ? items.slice(0, 1) : items;
  return (
    <>
      {shown.map((item) => (
        <span key={item.text} className={short ? undefined : 'block'}>
          {item.text}
          {item.postcode && !short ? <span className="muted"> {item.postcode}</span> : null}
          {item.type && !short ? (
            <span className="muted"> · {t(`ui.pointType.${item.type}`, { defaultValue: item.type })}</span>
          ) : null}
          {item.note && !short ? <span className="muted"> · {item.note}</span> : null}
        </span>
      ))}
    </>
  );
}
