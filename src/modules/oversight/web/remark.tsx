import { Link } from '@tanstack/react-router';
import { App, Button, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { checkRemark, createRemark, fixRemark, type RemarkView } from '../contract.ts';

export const staleRemarks = [
  '/inspection-remarks',
  '/customers/:id/inspection-remarks',
  '/inspection-rounds',
  '/inspection-statistics',
  '/customers/:id/timeline',
];

const colors = { open: 'warning', fixed: 'blue', closed: 'success' } as const;

/** One remark with what the reader may do about it. */
export function Remark({ remark, showCustomer = false }: { remark: RemarkView; showCustomer?: boolean }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const [dialog, setDialog] = useState<'fix' | 'accept' | 'back' | null>(null);
  const field = remark.fieldKey ? dictionary?.byKey.get(remark.fieldKey) : undefined;
  return (
    <div className="grow">
      <div className="row">
        {showCustomer ? (
          <Link to="/customers/$id" params={{ id: remark.customer.id }}>
            <strong>{remark.customer.name}</strong>
          </Link>
        ) : null}
        {field ? <Tag>{label(field.label)}</Tag> : null}
        <Tag color={colors[remark.state]}>{t(`oversight.remarkStates.${remark.state}`)}</Tag>
        {remark.reopened > 0 ? (
          <span className="muted small">{t('oversight.reopened', { n: remark.reopened })}</span>
        ) : null}
        <span className={remark.overdue ? 'form-error' : 'muted small'}>
          {t(remark.overdue ? 'oversight.overdue' : 'oversight.fixBy', { day: remark.fixBy })}
        </span>
      </div>
      <div className="note-text">{remark.body}</div>
      <div className="muted small">
        {remark.authorName} → {remark.repName} · {formatTime(remark.createdAt)}
      </div>
      {remark.fixedAt ? (
        <div className="muted small">
          {t('oversight.fixedBy', { name: remark.fixedByName, time: formatTime(remark.fixedAt) })} {remark.fixNote}
        </div>
      ) : null}
      {remark.checkNote ? (
        <div className="muted small">
          {t('oversight.checkNote')} {remark.checkNote}
        </div>
      ) : null}
      {remark.can.fix || remark.can.check ? (
        <div className="row note-buttons">
          {remark.can.fix ? (
            <Button size="small" type="primary" onClick={() => setDialog('fix')}>
              {t('oversight.fix')}
            </Button>
          ) : null}
          {remark.can.check ? (
            <>
              <Button size="small" type="primary" onClick={() => setDialog('accept')}>
                {t('oversight.accept')}
              </Button>
              <Button size="small" onClick={() => setDialog('back')}>
                {t('oversight.giveBack')}
              </Button>
            </>
          ) : null}
        </div>
      ) : null}
      {dialog === 'fix' ? <FixDialog remark={remark} onClose={() => setDialog(null)} /> : null}
      {dialog === 'accept' || dialog === 'back' ? (
        <CheckDialog remark={remark} accepted={dialog === 'accept'} onClose={() => setDialog(null)} />
      ) : null}
    </div>
  );
}

interface DialogProps {
  remark: RemarkView;
  onClose(): void;
}

function FixDialog({ remark, onClose }: DialogProps) {
  const { t } = useTranslation();
  const fix = useSend(fixRemark, staleRemarks);
  const [note, setNote] = useState('');
  const { errors, rest } = atFields(fix.error, 'note');
  return (
    <Modal
      open
      title={t('oversight.fix')}
      okText={t('oversight.fix')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: fix.isPending }}
      onOk={() =>
        fix.mutate({ params: { id: remark.id }, ifMatch: remark.version, body: { note } }, { onSuccess: onClose })
      }
      onCancel={onClose}
    >
      <p className="note-text">{remark.body}</p>
      <ProblemAlert problem={rest} />
      <FormField id="fix-note" label={t('oversight.fixNote')} error={errors.note}>
        <Input.TextArea
          id="fix-note"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

function CheckDialog({ remark, accepted, onClose }: DialogProps & { accepted: boolean }) {
  const { t } = useTranslation();
  const check = useSend(checkRemark, staleRemarks);
  const [note, setNote] = useState('');
  const [fixBy, setFixBy] = useState('');
  const { errors, rest } = atFields(check.error, 'note', 'fixBy');
  const name = t(accepted ? 'oversight.accept' : 'oversight.giveBack');
  return (
    <Modal
      open
      title={name}
      okText={name}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: check.isPending }}
      onOk={() =>
        check.mutate(
          {
            params: { id: remark.id },
            ifMatch: remark.version,
            body: { accepted, note, ...(fixBy ? { fixBy } : {}) },
          },
          { onSuccess: onClose },
        )
      }
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="check-note" label={t('oversight.checkNote')} required={!accepted} error={errors.note}>
        <Input.TextArea
          id="check-note"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </FormField>
      {accepted ? null : (
        <FormField id="check-by" label={t('oversight.newFixBy')} error={errors.fixBy}>
          <DayInput id="check-by" value={fixBy} onChange={(day) => setFixBy(day ?? '')} />
        </FormField>
      )}
    </Modal>
  );
}

export interface NewRemarkProps {
  customerId: string;
  itemId: string | null;
  field: { key: string; name: string } | null;
  fixBy: string;
  onClose(): void;
}

/** Writes a remark on the card or one of its fields. */
export function NewRemarkDialog({ customerId, itemId, field, fixBy: proposed, onClose }: NewRemarkProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createRemark, staleRemarks);
  const [body, setBody] = useState('');
  const [fixBy, setFixBy] = useState(proposed);
  const { errors, rest } = atFields(create.error, 'body', 'fixBy');
  return (
    <Modal
      open
      title={field ? t('oversight.remarkOn', { name: field.name }) : t('oversight.remarkCard')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: body.trim() === '' || fixBy === '', loading: create.isPending }}
      onOk={() =>
        create.mutate(
          {
            params: { id: customerId },
            body: { itemId, fieldKey: field?.key ?? null, body, fixBy },
          },
          {
            onSuccess: () => {
              void message.success(t('ui.saved'));
              onClose();
            },
          },
        )
      }
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="remark-body" label={t('oversight.remarkText')} required error={errors.body}>
        <Input.TextArea
          id="remark-body"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
      </FormField>
      <FormField id="remark-by" label={t('oversight.fixByLabel')} required error={errors.fixBy}>
        <DayInput id="remark-by" value={fixBy} onChange={(day) => setFixBy(day ?? '')} />
      </FormField>
    </Modal>
  );
}
