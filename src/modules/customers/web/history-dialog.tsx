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
import { type CustomerCard, fieldHistory, restoreValue } from '../contract.ts';

interface HistoryDialogProps {
  card: CustomerCard;
  field: FieldDefinition;
  onChange(card: CustomerCard): void;
  onClose(): void;
}

/** Every change of one field; any earlier value can be put back. */
export function HistoryDialog({ card, field, onChange, onClose }: HistoryDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const pages = usePages(fieldHistory, { params: { id: card.id, key: field.key } });
  const restore = useSend(restoreValue);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const put = (eventId: string) =>
    restore.mutate(
      { params: { id: card.id, key: field.key }, ifMatch: card.version, body: { eventId } },
      {
        onSuccess: (next) => {
          onChange(next);
          void message.success(t('customers.history.restored'));
        },
      },
    );
  return (
    <Modal
      open
      width={760}
      title={t('customers.history.of', { name: label(field.label) })}
      footer={null}
      onCancel={onClose}
    >
      <ProblemAlert problem={pages.error ?? restore.error} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <p className="muted">{t('customers.history.none')}</p> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('customers.history.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('customers.history.when')}</th>
                <th scope="col">{t('customers.history.who')}</th>
                <th scope="col">{t('customers.history.from')}</th>
                <th scope="col">{t('customers.history.to')}</th>
                <th scope="col">{t('customers.history.source')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.eventId}>
                  <td>{formatTime(item.at)}</td>
                  <td>{item.by}</td>
                  <td>
                    <FieldValue field={field} value={item.from} labels={card.labels} />{' '}
                    {card.can.update &&
                    JSON.stringify(item.from ?? null) !== JSON.stringify(card.values[field.key] ?? null) ? (
                      <Button size="small" loading={restore.isPending} onClick={() => put(item.eventId)}>
                        {t('customers.history.restore')}
                      </Button>
                    ) : null}
                  </td>
                  <td>
                    <FieldValue field={field} value={item.to} labels={card.labels} />
                  </td>
                  <td>
                    {item.source ? t(`ui.source.${item.source}`) : ''} {item.reason}
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
