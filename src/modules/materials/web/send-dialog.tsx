import './materials.css';
import { App, Button, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import type { MaterialView } from '../contract.ts';
import {
  listMaterialRecipients,
  type RecipientView,
  type SendChannel,
  type SendView,
  sendChannels,
  sendMaterials,
} from '../send-contract.ts';
import { materialStale } from './material-form.tsx';
import { MaterialSelect } from './material-select.tsx';
import { LinkButtons } from './send-list.tsx';
import { MailFields, useMailText } from './send-mail.tsx';
import { RecipientFields, selfKey, useRecipients } from './send-recipients.tsx';

const sendStale = [...materialStale, '/customers/:id', '/activities', '/notifications'];

interface Props {
  customerId?: string;
  /** Whom it is for, when known. */
  contactId?: string;
  material?: Pick<MaterialView, 'id' | 'title'>;
  onClose(): void;
}

/** Sends materials to people at a customer; without a customer it is chosen first. */
export function SendDialog({ customerId, contactId, material, onClose }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(customerId ?? null);
  const [made, setMade] = useState<SendView[]>();
  const found = useEndpoint(
    listMaterialRecipients,
    { params: { id: chosen ?? '' } },
    { enabled: chosen !== null, retry: false },
  );
  const recipients = chosen ? found.data?.items : undefined;
  const name = recipients?.find((item) => item.contactId === null)?.name;
  if (made) return <LinksMade sends={made} onClose={onClose} />;
  if (recipients && chosen)
    return (
      <SendForm
        key={chosen}
        customerId={chosen}
        title={t('materials.send.title', { name: name ?? '' })}
        recipients={recipients}
        start={contactId ?? recipients[0]?.contactId ?? null}
        material={material}
        onMade={setMade}
        onClose={onClose}
      />
    );
  return (
    <Modal open width={680} title={t('materials.send.action')} footer={null} onCancel={onClose}>
      <ProblemAlert problem={found.error} />
      {customerId ? null : (
        <FormField id="send-customer" label={t('materials.send.customer')} required>
          <RecordSelect id="send-customer" kind="customer" value={chosen} onChange={setChosen} />
        </FormField>
      )}
      {chosen && found.isPending ? <Loading /> : null}
    </Modal>
  );
}

interface FormProps {
  customerId: string;
  title: string;
  recipients: RecipientView[];
  start: string | null;
  material?: Pick<MaterialView, 'id' | 'title'>;
  onMade(sends: SendView[]): void;
  onClose(): void;
}

function SendForm({ customerId, title, recipients, start, material, onMade, onClose }: FormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const send = useSend(sendMaterials, sendStale);
  const [materials, setMaterials] = useState(material ? [{ id: material.id, title: material.title }] : []);
  const people = useRecipients(recipients, start ?? selfKey);
  const [channel, setChannel] = useState<SendChannel>(
    people.chosen.some((person) => person.email !== '' && !person.refused) ? 'mail' : 'link',
  );
  const [newest, setNewest] = useState(false);
  const mail = useMailText(materials.map((item) => item.title));
  const { errors, rest } = atFields(
    send.error,
    ...['materialIds', 'mail.subject', 'mail.text'],
    ...people.chosen.map((_, index) => `recipients.${index}`),
  );
  const submit = () =>
    send.mutate(
      {
        params: { id: customerId },
        body: {
          materialIds: materials.map((item) => item.id),
          recipients: people.chosen.map((person) => ({
            contactId: person.contactId,
            ...(channel === 'mail' && person.email.trim() ? { email: person.email.trim() } : {}),
          })),
          channel,
          newest,
          ...(channel === 'mail' ? { mail: mail.value } : {}),
        },
      },
      {
        onSuccess: ({ items }) => {
          void message.success(t(`materials.send.done.${channel}`));
          if (channel === 'link') onMade(items);
          else onClose();
        },
      },
    );
  return (
    <Modal
      open
      width={680}
      title={title}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            type="primary"
            loading={send.isPending}
            disabled={materials.length === 0 || people.chosen.length === 0}
            onClick={submit}
          >
            {t('materials.send.action')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <FormField
        id="send-materials"
        label={t('materials.send.materials')}
        required
        help={t('materials.send.materialsHelp')}
        error={errors.materialIds}
      >
        <MaterialSelect id="send-materials" value={materials} onChange={setMaterials} />
      </FormField>
      <FormField id="send-way" label={t('materials.send.way')} help={t(`materials.send.byHelp.${channel}`)}>
        <Segmented
          id="send-way"
          aria-label={t('materials.send.way')}
          value={channel}
          options={sendChannels.map((value) => ({ value, label: t(`materials.send.by.${value}`) }))}
          onChange={setChannel}
        />
      </FormField>
      <RecipientFields people={people} mail={channel === 'mail'} errors={errors} />
      {channel === 'paper' ? null : (
        <FormField id="send-which" label={t('materials.send.which')}>
          <Segmented
            id="send-which"
            aria-label={t('materials.send.which')}
            value={newest ? 'newest' : 'sent'}
            options={[
              { value: 'sent', label: t('materials.send.whichSent') },
              { value: 'newest', label: t('materials.send.whichNewest') },
            ]}
            onChange={(value) => setNewest(value === 'newest')}
          />
        </FormField>
      )}
      {channel === 'mail' ? <MailFields mail={mail} errors={errors} /> : null}
    </Modal>
  );
}

/** The links just made, to be copied or scanned. */
function LinksMade({ sends, onClose }: { sends: SendView[]; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      width={680}
      title={t('materials.send.by.link')}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('ui.close')}
        </Button>
      }
    >
      <p className="muted">{t('materials.send.done.link')}</p>
      <ul className="cards">
        {sends.map((send) => (
          <li key={send.id} className="list-row">
            <span className="grow material-title">
              {send.material.title} → {send.recipient}
            </span>
            <LinkButtons send={send} />
          </li>
        ))}
      </ul>
    </Modal>
  );
}
