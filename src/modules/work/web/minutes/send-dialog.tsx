import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { App, AutoComplete, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, Refusal } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type MinutesDetail, sendMinutes } from '../../minutes-contract.ts';
import { type CustomerPerson, useCustomerPeople } from './customer-people.ts';
import { minutesStale } from './minutes-form.tsx';

interface Line {
  key: string;
  name: string;
  email: string;
}
const line = (name = '', email = ''): Line => ({ key: crypto.randomUUID(), name, email });

interface Props {
  minutes: MinutesDetail;
  onClose(): void;
}

/** To whom the minutes go; each gets a link of his own. */
export function SendDialog(props: Props) {
  const { people, ready } = useCustomerPeople(props.minutes.customerId);
  return ready ? <SendForm {...props} people={people} /> : null;
}

function SendForm({ minutes, people, onClose }: Props & { people: CustomerPerson[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const send = useSend(sendMinutes, minutesStale);
  const [lines, setLines] = useState<Line[]>(() => {
    const before = minutes.recipients.filter((item) => item.edition === minutes.edition - 1);
    if (before.length > 0) return before.map((item) => line(item.name, item.email ?? ''));
    const names = minutes.content.theirs.slice(0, 20);
    // Of two people of one name only the sender knows who was there.
    const mailOf = (name: string) => {
      const found = people.filter((person) => person.name === name);
      return found.length === 1 ? (found[0]?.email ?? '') : '';
    };
    return names.length > 0 ? names.map((name) => line(name, mailOf(name))) : [line()];
  });
  const change = (key: string, more: Partial<Line>) =>
    setLines((before) => before.map((item) => (item.key === key ? { ...item, ...more } : item)));
  const { errors, rest } = atFields(
    send.error,
    ...lines.flatMap((_, index) => [`recipients.${index}.name`, `recipients.${index}.email`]),
  );
  return (
    <Modal
      open
      width={640}
      title={t('work.minutes.send')}
      okText={t('work.minutes.send')}
      okButtonProps={{ loading: send.isPending }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() =>
        send.mutate(
          {
            params: { id: minutes.id },
            ifMatch: minutes.version,
            body: {
              recipients: lines.map((item) => ({ name: item.name, email: item.email.trim() || null })),
            },
          },
          {
            onSuccess: () => {
              void message.success(t('work.minutes.sentText'));
              onClose();
            },
          },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <p className="muted">{t('work.minutes.sendText')}</p>
      {lines.map((item, index) => (
        <div key={item.key} className="minutes-recipient">
          <AutoComplete
            id={`minutes-to-${item.key}`}
            aria-label={t('work.minutes.recipientName', { n: index + 1 })}
            placeholder={t('work.minutes.recipient')}
            value={item.name}
            options={people.map((person) => ({
              key: person.id,
              value: person.name,
              label: [person.name, person.position, person.email].filter(Boolean).join(' · '),
              email: person.email,
            }))}
            showSearch={{ filterOption: (typed, option) => Boolean(option?.label.includes(typed)) }}
            onChange={(name: string) => change(item.key, { name: name.slice(0, 100) })}
            onSelect={(name: string, option) => change(item.key, { name, email: option.email || item.email })}
          />
          <Input
            id={`minutes-mail-${item.key}`}
            type="email"
            aria-label={t('work.minutes.recipientMail', { n: index + 1 })}
            placeholder={t('work.minutes.mailOptional')}
            maxLength={320}
            value={item.email}
            onChange={(event) => change(item.key, { email: event.target.value })}
          />
          <Button
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('work.minutes.recipientRemove', { n: index + 1 })}
            disabled={lines.length === 1}
            onClick={() => setLines((before) => before.filter((other) => other.key !== item.key))}
          />
          <Refusal id={`minutes-to-${item.key}`} error={errors[`recipients.${index}.name`]} />
          <Refusal id={`minutes-mail-${item.key}`} error={errors[`recipients.${index}.email`]} />
        </div>
      ))}
      <Button
        icon={<PlusOutlined aria-hidden />}
        disabled={lines.length >= 20}
        onClick={() => setLines((before) => [...before, line()])}
      >
        {t('work.minutes.addRecipient')}
      </Button>
    </Modal>
  );
}
