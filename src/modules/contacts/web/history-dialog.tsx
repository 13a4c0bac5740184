import { App, Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { type ContactView, contactFieldHistory, restoreContactValue } from '../contract.ts';

interface HistoryDialogProps {
  contact: ContactView;
  field: FieldDefinition;
  onChange(contact: ContactView): void;
  onClose(): void;
}

/** Every change of one field of a person; any earlier value can be put back. */
export function ContactHistoryDialog({ contact, field, onChange, onClose }: HistoryDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const pages = usePages(contactFieldHistory, { params: { id: contact.id, key: field.key } });
  const restore = useSend(restoreContactValue, ['/contacts/:id/fields']);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const put = (eventId: string) =>
    restore.mutate(
      { params: { id: contact.id, key: field.key }, ifMatch: contact.version, body: { eventId } },
      {
        onSuccess: (next) => {
          onChange(next);
          void message.success(t('contacts.history.restored'));
        },
      },
    );
  const present = JSON.stringify(contact.values[field.key] ?? null);
  return (
    <Modal
      open
      width={760}
      title={t('contacts.history.of', { name: label(field.label) })}
      footer={null}
      onCancel={onClose}
    >
      <ProblemAlert problem={pages.error ?? restore.error} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <p className="muted">{t('contacts.history.none')}</p> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('contacts.history.title')}>
          <table className="plain">
            <thead>
              <tr>
                {['when', 'who', 'from', 'to', 'source'].map((key) => (
                  <th scope="col" key={key}>
                    {t(`contacts.history.${key}`)}
                  </th>
                ))}
                <th scope="col">
                  <span className="visually-hidden">{t('contacts.history.restore')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.eventId}>
                  <td>{formatTime(item.at)}</td>
                  <td>{item.by}</td>
                  <td>
                    <FieldValue field={field} value={item.from} labels={contact.labels} />
                  </td>
                  <td>
                    <FieldValue field={field} value={item.to} labels={contact.labels} />
                  </td>
                  <td>
                    {item.source ? t(`ui.source.${item.source}`) : ''} {item.reason}
                  </td>
                  <td>
                    {contact.can.update && JSON.stringify(item.from ?? null) !== present ? (
                      <Button size="small" loading={restore.isPending} onClick={() => put(item.eventId)}>
                        {t('contacts.history.restore')}
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
    </Modal>
  );
}
