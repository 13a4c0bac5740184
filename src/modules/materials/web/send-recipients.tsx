import { Checkbox, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '#ui/fields/form-field.tsx';
import type { RecipientView } from '../send-contract.ts';

/** Stands for the customer itself among the contacts. */
export const selfKey = 'self';
const keyOf = (item: RecipientView) => item.contactId ?? selfKey;

/** Who of the customer's people is chosen, and with which address. */
export function useRecipients(all: RecipientView[], start: string) {
  const [checked, setChecked] = useState([all.some((item) => keyOf(item) === start) ? start : selfKey]);
  const [emails, setEmails] = useState<Record<string, string>>(() =>
    Object.fromEntries(all.map((item) => [keyOf(item), item.emails[0] ?? ''])),
  );
  return {
    all,
    checked,
    emails,
    chosen: all
      .filter((item) => checked.includes(keyOf(item)))
      .map((item) => ({ contactId: item.contactId, refused: item.refused, email: emails[keyOf(item)] ?? '' })),
    toggle: (key: string) =>
      setChecked((before) => (before.includes(key) ? before.filter((item) => item !== key) : [...before, key])),
    write: (key: string, email: string) => setEmails((before) => ({ ...before, [key]: email })),
  };
}

interface Props {
  people: ReturnType<typeof useRecipients>;
  /** Sent by mail: each needs an address. */
  mail: boolean;
  errors: Partial<Record<string, string>>;
}

export function RecipientFields({ people, mail, errors }: Props) {
  const { t } = useTranslation();
  const order = people.chosen.map((person) => person.contactId ?? selfKey);
  return (
    <fieldset className="form-field">
      <legend className="form-label">{t('materials.send.to')}</legend>
      {people.all.map((item) => {
        const key = keyOf(item);
        const on = people.checked.includes(key);
        const email = people.emails[key] ?? '';
        const error = on ? errors[`recipients.${order.indexOf(key)}`] : undefined;
        return (
          <div key={key} className="material-recipient">
            <Checkbox checked={on} onChange={() => people.toggle(key)}>
              {item.name} <span className="muted">{item.contactId ? item.position : t('materials.send.self')}</span>
            </Checkbox>
            {mail && on ? (
              <Input
                id={`recipient-${key}`}
                type="email"
                maxLength={320}
                list={`addresses-${key}`}
                aria-label={t('materials.send.address', { name: item.name })}
                placeholder={t('materials.send.email')}
                value={email}
                onChange={(event) => people.write(key, event.target.value)}
              />
            ) : (
              <span className="muted small">{mail ? email || t('materials.send.emailNone') : ''}</span>
            )}
            {mail && on && item.emails.length > 1 ? (
              <datalist id={`addresses-${key}`}>
                {item.emails.map((value) => (
                  <option key={value} value={value} />
                ))}
              </datalist>
            ) : null}
            {mail && item.refused ? (
              <span>
                <Tag color="warning">{t('materials.send.refusedMark')}</Tag>
              </span>
            ) : null}
            <Refusal id={`recipient-${key}`} error={error} />
          </div>
        );
      })}
    </fieldset>
  );
}
