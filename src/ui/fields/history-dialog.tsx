import { App, Button, Modal } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import type { FieldChange } from '#shared/field-change.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { formatTime } from '../format.ts';
import { label } from '../i18n.ts';
import { itemsOf, LoadMore } from '../load-more.tsx';
import { Loading, ProblemAlert } from '../page.tsx';
import { reasonText } from '../reason.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { FieldValue } from './field-value.tsx';

interface HistoryDialogProps {
  field: FieldDefinition;
  /** Names of linked records by id. */
  labels: Record<string, string>;
  present: unknown;
  changes: ComponentProps<typeof LoadMore>['query'] & {
    data?: { pages: { items: FieldChange[] }[] };
    isPending: boolean;
    error: Problem | null;
  };
  editable: boolean;
  restoring: { isPending: boolean; error: Problem | null };
  /** Puts the value back that was there before the event, and says when that is done. */
  onRestore(eventId: string, done: () => void): void;
  onClose(): void;
}

/** Every change of one field; any earlier value can be put back. */
export function HistoryDialog(props: HistoryDialogProps) {
  const { field, labels, changes, restoring } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const items = itemsOf(changes);
  const present = JSON.stringify(props.present ?? null);
  return (
    <Modal
      open
      width={760}
      title={t('ui.history.of', { name: label(field.label) })}
      footer={null}
      onCancel={props.onClose}
    >
      <ProblemAlert problem={changes.error ?? restoring.error} />
      {changes.isPending ? <Loading /> : null}
      {!changes.isPending && items.length === 0 ? <p className="muted">{t('ui.history.none')}</p> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('ui.history.title')}>
          <table className="plain sides">
            <thead>
              <tr>
                {(['when', 'who', 'from', 'to', 'source'] as const).map((key) => (
                  <th scope="col" key={key}>
                    {t(`ui.history.${key}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.eventId}>
                  <td data-label={t('ui.history.when')}>{formatTime(item.at)}</td>
                  <td data-label={t('ui.history.who')}>{item.by}</td>
                  <td data-label={t('ui.history.from')}>
                    <FieldValue field={field} value={item.from} labels={labels} />{' '}
                    {props.editable && JSON.stringify(item.from ?? null) !== present ? (
                      <Button
                        size="small"
                        loading={restoring.isPending}
                        onClick={() =>
                          props.onRestore(item.eventId, () => void message.success(t('ui.history.restored')))
                        }
                      >
                        {t('ui.history.restore')}
                      </Button>
                    ) : null}
                  </td>
                  <td data-label={t('ui.history.to')}>
                    <FieldValue field={field} value={item.to} labels={labels} />
                  </td>
                  <td data-label={t('ui.history.source')}>
                    {item.source ? t(`ui.source.${item.source}`) : ''} {reasonText(t, item.reason)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={changes} />
    </Modal>
  );
}
