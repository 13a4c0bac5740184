import { DeleteOutlined, PlusOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkEmail, checkWebsite, splitEmails, splitWebsites } from '#shared/identifiers/internet.ts';
import { couldBePhone } from '#shared/identifiers/phone-text.ts';
import { countryCodes, countryName } from '#shared/reference/countries.ts';
import { afterPress } from '../after-press.ts';
import { byLabel } from './choice-options.ts';

type PointFieldType = 'phone' | 'phones' | 'emails' | 'urls' | 'addresses';
interface Row {
  key: number;
  value: string;
  type: string;
  note: string;
  country: string;
  postcode: string;
  region?: string;
  raw?: string;
}

const types: Record<PointFieldType, string[]> = {
  phone: ['mobile', 'work', 'home', 'other'],
  phones: ['mobile', 'work', 'home', 'fax', 'whatsapp', 'other'],
  emails: ['work', 'home', 'billing', 'other'],
  urls: ['official', 'shop', 'social', 'other'],
  addresses: ['registered', 'office', 'delivery', 'factory', 'home', 'other'],
};

/** What a value that is surely none of its kind is told, as on the card. */
function doubtOf(type: PointFieldType, value: string): 'tel' | 'mailto' | 'url' | null {
  if (value.trim() === '' || type === 'addresses') return null;
  if (type === 'emails') return splitEmails(value).every((one) => checkEmail(one).ok) ? null : 'mailto';
  if (type === 'urls') return splitWebsites(value).every((one) => checkWebsite(one).ok) ? null : 'url';
  return couldBePhone(value) ? null : 'tel';
}

let serial = 0;
const blank = (): Row => ({ key: ++serial, value: '', type: '', note: '', country: '', postcode: '' });

function rowsOf(value: unknown): Row[] {
  const items =
    value === null || value === undefined || value === ''
      ? []
      : ([value].flat() as (string | Record<string, string>)[]);
  const rows = items.map((item) =>
    typeof item === 'string'
      ? { ...blank(), value: item }
      : { ...blank(), ...item, value: item.value ?? item.text ?? '', key: ++serial },
  );
  return rows.length > 0 ? rows : [blank()];
}

/** Several phones, emails, sites or addresses, each with its type and note. */
export function PointsInput({
  id,
  type,
  value,
  onChange,
  labelledBy,
  onEnter,
}: {
  id: string;
  type: PointFieldType;
  value: unknown;
  onChange(value: unknown): void;
  labelledBy?: string;
  onEnter?(): void;
}) {
  const { t, i18n } = useTranslation();
  const [rows, setRows] = useState(() => rowsOf(value));
  const put = (next: Row[]) => {
    setRows(next);
    const filled = next.filter((row) => row.value.trim() !== '');
    const items = filled.map((row) => {
      const extras = { ...(row.type ? { type: row.type } : {}), ...(row.note ? { note: row.note } : {}) };
      if (type !== 'addresses') return { value: row.value, ...(row.raw ? { raw: row.raw } : {}), ...extras };
      return {
        text: row.value,
        ...(row.country ? { country: row.country } : {}),
        ...(row.postcode ? { postcode: row.postcode } : {}),
        ...(row.region ? { region: row.region } : {}),
        ...extras,
      };
    });
    onChange(items.length === 0 ? null : type === 'phone' ? items[0] : items);
  };
  const change = (key: number, part: Partial<Row>) =>
    put(
      rows.map((row) => (row.key === key ? { ...row, ...part, ...('value' in part ? { raw: undefined } : {}) } : row)),
    );
  const name = t(`ui.point.${type}`);
  /** Entries that were left as they are: while somebody types nothing is wrong yet. */
  const [left, setLeft] = useState<string[]>([]);
  const onPressEnter = (event: KeyboardEvent) => {
    if (!event.nativeEvent.isComposing) onEnter?.();
  };
  // Whoever adds an entry types it next.
  const added = useRef(0);
  const focusAdded = (key: number) => (input: { focus(): void } | null) => {
    if (!input || added.current !== key) return;
    added.current = 0;
    input.focus();
  };
  const add = () => {
    const row = blank();
    added.current = row.key;
    setRows([...rows, row]);
  };
  return (
    <div className="points">
      {rows.map((row, index) => (
        <div className="point" key={row.key}>
          {type === 'addresses' ? (
            <Input.TextArea
              id={index === 0 ? id : undefined}
              aria-label={index > 0 ? `${name} ${index + 1}` : undefined}
              aria-labelledby={index === 0 ? labelledBy : undefined}
              autoSize
              ref={focusAdded(row.key)}
              value={row.value}
              onChange={(event) => change(row.key, { value: event.target.value })}
            />
          ) : (
            <Input
              id={index === 0 ? id : undefined}
              aria-label={index > 0 ? `${name} ${index + 1}` : undefined}
              aria-labelledby={index === 0 ? labelledBy : undefined}
              inputMode={type === 'emails' ? 'email' : type === 'urls' ? 'url' : 'tel'}
              ref={focusAdded(row.key)}
              value={row.value}
              onChange={(event) => change(row.key, { value: event.target.value })}
              onBlur={() => afterPress(() => setLeft((before) => [...before.slice(-50), row.value]))}
              onPressEnter={onPressEnter}
            />
          )}
          <Doubt kind={left.includes(row.value) ? doubtOf(type, row.value) : null} />
          <div className="point-more">
            <Select
              aria-label={t('ui.pointTypeLabel')}
              placeholder={t('ui.pointTypeLabel')}
              allowClear
              value={row.type || undefined}
              options={[...new Set([...types[type], ...(row.type ? [row.type] : [])])].map((key) => ({
                value: key,
                label: t(`ui.pointType.${key}`, { defaultValue: key }),
              }))}
              onChange={(next?: string) => change(row.key, { type: next ?? '' })}
              className="point-type"
            />
            {type === 'addresses' ? (
              <>
                <Select
                  aria-label={t('ui.country')}
                  placeholder={t('ui.country')}
                  allowClear
                  showSearch={byLabel}
                  value={row.country || undefined}
                  options={countryCodes.map((code) => ({ value: code, label: countryName(code, i18n.language) }))}
                  onChange={(next?: string) => change(row.key, { country: next ?? '' })}
                  className="point-type"
                />
                <Input
                  aria-label={t('ui.postcode')}
                  placeholder={t('ui.postcode')}
                  value={row.postcode}
                  onChange={(event) => change(row.key, { postcode: event.target.value })}
                  onPressEnter={onPressEnter}
                  className="point-type"
                />
              </>
            ) : null}
            <Input
              aria-label={t('ui.note')}
              placeholder={t('ui.note')}
              maxLength={200}
              value={row.note}
              onChange={(event) => change(row.key, { note: event.target.value })}
              onPressEnter={onPressEnter}
              className="grow"
            />
            <Button
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('ui.removeItem', { name: `${name} ${index + 1}` })}
              onClick={() => put(rows.length > 1 ? rows.filter((item) => item.key !== row.key) : [blank()])}
            />
          </div>
        </div>
      ))}
      {type === 'phone' ? null : (
        <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={add}>
          {t('ui.addItem', { name })}
        </Button>
      )}
    </div>
  );
}

/** Asks, and keeps nobody from saving: what is wrong is kept as typed and marked. */
function Doubt({ kind }: { kind: 'tel' | 'mailto' | 'url' | null }) {
  const { t } = useTranslation();
  return (
    <div className="point-doubt small" role="status">
      {kind ? (
        <>
          <WarningOutlined aria-hidden /> {t(`ui.notValid.${kind}`)}
        </>
      ) : null}
    </div>
  );
}
