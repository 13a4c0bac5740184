import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { Choices } from '#ui/choices.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { assignCustomer, type CustomerCard, restoreCustomer, trashCustomer } from '../contract.ts';
import { AsOfDialog } from './as-of-dialog.tsx';
import { ViewersDialog } from './viewers-dialog.tsx';

interface CardHeaderProps {
  card: CustomerCard;
  heading: 'h1' | 'h2';
  onChange(card: CustomerCard): void;
}

/** Who the customer is at one glance, and what can be done with the whole card. */
export function CardHeader({ card, heading: Heading, onChange }: CardHeaderProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const [dialog, setDialog] = useState<string | null>(null);
  const restore = useSend(restoreCustomer);
  const can = useCan();
  const navigate = useNavigate();
  const slots = useSlots();
  const actions = slots.customerActions.filter((action) => can(action.permission));
  const parent = card.values.parentCustomerId;
  const choose = (key: string) =>
    key === 'brief' ? void navigate({ to: '/customers/$id/brief', params: { id: card.id } }) : setDialog(key);
  const items = [
    { key: 'brief', label: t('customers.brief.title') },
    { key: 'viewers', label: t('customers.viewers.title') },
    { key: 'asOf', label: t('customers.asOf.title') },
    ...actions.map((action) => ({ key: action.key, label: t(action.label) })),
    ...(card.can.assign ? [{ key: 'assign', label: t('customers.assign') }] : []),
    ...(card.can.trash && card.state === 'active'
      ? [{ key: 'trash', label: t('customers.moveToTrash'), danger: true }]
      : []),
  ];
  const chip = (key: string) => {
    const field = dictionary?.byKey.get(key);
    return field && card.values[key] ? <FieldValue field={field} value={card.values[key]} short /> : null;
  };
  return (
    <header className="card-header">
      <div className="row">
        <Heading>{String(card.values.name ?? t('customers.noName'))}</Heading>
        {chip('grade')}
        <Tag>{t(`ui.kind.${card.kind}`)}</Tag>
        {card.state === 'trashed' ? <Tag color="error">{t('customers.trash')}</Tag> : null}
        <span className="grow" />
        {card.state === 'trashed' && can('customer:trash') ? (
          <Button
            loading={restore.isPending}
            onClick={() =>
              restore.mutate(
                { params: { id: card.id }, ifMatch: card.version },
                { onSuccess: onChange, onError: (problem) => void message.error(problem.message) },
              )
            }
          >
            {t('customers.restore')}
          </Button>
        ) : null}
        <Choices menu={{ items, onClick: ({ key }) => choose(key) }}>
          <Button>{t('customers.more')} ▾</Button>
        </Choices>
      </div>
      <p className="muted card-facts">
        <span>{card.number}</span>
        <span>
          <span className="muted">{t('customers.owner')}</span>
          {card.owner?.name ?? t('customers.noOwner')}
        </span>
        {card.team ? <span>{card.team.name}</span> : null}
        {typeof parent === 'string' ? (
          <span>
            {t('customers.under')}{' '}
            <Link to="/customers/$id" params={{ id: parent }}>
              {card.labels[parent] ?? '…'}
            </Link>
          </span>
        ) : null}
        <span>
          <span className="muted">{t('customers.author')}</span>
          {card.createdBy ?? '—'} {formatTime(card.createdAt, false)}
        </span>
      </p>
      <div className="row">{chip('tags')}</div>
      {dialog === 'assign' ? <AssignDialog card={card} onChange={onChange} onClose={() => setDialog(null)} /> : null}
      {dialog === 'viewers' ? <ViewersDialog id={card.id} onClose={() => setDialog(null)} /> : null}
      {dialog === 'asOf' ? <AsOfDialog card={card} onClose={() => setDialog(null)} /> : null}
      {dialog === 'trash' ? <TrashDialog card={card} onChange={onChange} onClose={() => setDialog(null)} /> : null}
      {actions.map(({ key, component: Dialog }) =>
        dialog === key ? <Dialog key={key} customerId={card.id} onClose={() => setDialog(null)} /> : null,
      )}
    </header>
  );
}

interface DialogProps {
  card: CustomerCard;
  onChange(card: CustomerCard): void;
  onClose(): void;
}

function AssignDialog({ card, onChange, onClose }: DialogProps) {
  const { t } = useTranslation();
  const assign = useSend(assignCustomer);
  const [ownerId, setOwnerId] = useState(card.owner?.id ?? null);
  const { errors, rest } = atFields(assign.error, 'ownerId');
  return (
    <Modal
      open
      title={t('customers.assign')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      okButtonProps={{ loading: assign.isPending }}
      onOk={() =>
        assign.mutate(
          { params: { id: card.id }, ifMatch: card.version, body: { ownerId } },
          {
            onSuccess: (next) => {
              onChange(next);
              onClose();
            },
          },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="assign-owner" label={t('customers.owner')} error={errors.ownerId}>
        <RecordSelect id="assign-owner" kind="user" value={ownerId} label={card.owner?.name} onChange={setOwnerId} />
      </FormField>
    </Modal>
  );
}

function TrashDialog({ card, onChange, onClose }: DialogProps) {
  const { t } = useTranslation();
  const trash = useSend(trashCustomer);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(trash.error, 'reason');
  return (
    <Modal
      open
      title={t('customers.moveToTrash')}
      okText={t('customers.moveToTrash')}
      okButtonProps={{ danger: true, loading: trash.isPending }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        trash.mutate(
          { params: { id: card.id }, ifMatch: card.version, body: reason ? { reason } : {} },
          {
            onSuccess: (next) => {
              onChange(next);
              onClose();
            },
          },
        )
      }
    >
      <p>{t('customers.trashText')}</p>
      <ProblemAlert problem={rest} />
      <FormField id="trash-reason" label={t('customers.reason')} error={errors.reason}>
        <Input id="trash-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
    </Modal>
  );
}
