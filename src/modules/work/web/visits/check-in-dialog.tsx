import { App, Button, Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { checkInVisit, type VisitView } from '../../visit-contract.ts';
import { type Located, locate } from './locate.ts';
import { visitStale } from './visit-form.tsx';

/** Arriving at the customer: with the place, if the person lets the phone tell it. */
export function CheckInDialog({ visit, onClose }: { visit: VisitView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const send = useSend(checkInVisit, visitStale);
  const [place, setPlace] = useState<Located | null>(null);
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [remember, setRemember] = useState(false);
  const { errors, rest } = atFields(send.error, 'note', 'latitude');
  const ask = async () => {
    setAsking(true);
    setPlace(await locate());
    setAsking(false);
  };
  const save = () =>
    send.mutate(
      {
        params: { id: visit.id },
        ifMatch: visit.version,
        body: { ...(place ?? { location: 'off' as const }), note, remember: remember && place?.location === 'known' },
      },
      {
        onSuccess: () => {
          void message.success(t('work.visit.checkedIn'));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t('work.visit.checkIn')}
      okText={t('work.visit.checkIn')}
      okButtonProps={{ loading: send.isPending, size: 'large' }}
      cancelButtonProps={{ size: 'large' }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={save}
    >
      <ProblemAlert problem={rest} />
      <p className="muted">{t('work.visit.locationText')}</p>
      <Button block size="large" loading={asking} onClick={() => void ask()}>
        {t('work.visit.locate')}
      </Button>
      <p role="status">
        {place === null
          ? t('work.visit.locations.off')
          : place.location === 'known'
            ? t('work.visit.located', { n: Math.round(place.accuracy) })
            : t(`work.visit.locations.${place.location}`)}
      </p>
      {place?.location === 'known' ? (
        <p>
          <Checkbox checked={remember} onChange={(event) => setRemember(event.target.checked)}>
            {t('work.visit.remember')}
          </Checkbox>
        </p>
      ) : null}
      <FormField id="check-in-note" label={t('work.visit.arrivalNote')} error={errors.note ?? errors.latitude}>
        <Input id="check-in-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </FormField>
    </Modal>
  );
}
