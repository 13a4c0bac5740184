import { CameraOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { couldBePhone } from '#shared/identifiers/phone-text.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { FileButton } from '#ui/file-button.tsx';
import { flush, record } from './outbox.ts';
import { smallPhoto } from './photo.ts';

const longest = 5000;
const empty = { name: '', number: '', note: '' };
const faults = {
  photo: 'errors.capture.photoKind',
  empty: 'errors.capture.empty',
  device: 'work.capture.notKept',
};

/** A number that is none goes with the note, where there is room for it. */
function asNote(form: typeof empty): typeof empty {
  const note = [form.note, form.number].filter((part) => part.trim() !== '').join('\n');
  return note.length > longest ? form : { ...form, number: '', note };
}

const colours = { sent: 'success', kept: 'info', refused: 'error' } as const;

/** Photo, name, number, note: any one of them is enough. Kept on the device first, sent as soon as there is a network. */
export function CaptureForm({
  userId,
  sealed,
  waiting,
}: {
  userId: string;
  sealed: boolean;
  /** Of theirs on this device: what was kept may have been sent since. */
  waiting: number;
}) {
  const { t } = useTranslation();
  const [form, setForm] = useState(empty);
  const [photo, setPhoto] = useState<string | null>(null);
  const [fault, setFault] = useState<keyof typeof faults>();
  /** The number it was asked about: whoever saves it again means it. */
  const [asked, setAsked] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<'sent' | 'kept' | 'refused'>();
  const told = outcome && outcome !== 'sent' && waiting === 0 ? 'sent' : outcome;
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setFault(undefined);
    await smallPhoto(file).then(setPhoto, () => setFault('photo'));
  };
  const save = async () => {
    setOutcome(undefined);
    if (!photo && !form.name.trim() && !form.number.trim() && !form.note.trim()) return setFault('empty');
    setFault(undefined);
    const none = form.number.trim() !== '' && !couldBePhone(form.number);
    if (none && asked !== form.number) return setAsked(form.number);
    setBusy(true);
    let id: string;
    try {
      ({ id } = await record({
        kind: 'capture',
        body: { ...(none ? asNote(form) : form), photo, capturedAt: new Date().toISOString() },
      }));
    } catch {
      setBusy(false);
      return setFault('device');
    }
    const result = await flush(userId);
    setBusy(false);
    setForm(empty);
    setPhoto(null);
    setAsked(undefined);
    setOutcome(result.faulty.includes(id) ? 'refused' : result.left > 0 ? 'kept' : 'sent');
  };
  const field = (key: keyof typeof empty) => ({
    id: `capture-${key}`,
    value: form[key],
    onChange: (event: { target: { value: string } }) => {
      setOutcome(undefined);
      setForm({ ...form, [key]: event.target.value });
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {outcome ? (
        <Alert role="status" type={colours[told ?? 'kept']} showIcon title={t(`work.capture.${told}`)} />
      ) : null}
      {sealed ? null : <p className="muted small">{t('work.capture.inTheClear')}</p>}
      <div className="capture-photo">
        {photo ? <img src={`data:image/jpeg;base64,${photo}`} alt={t('work.capture.photo')} /> : null}
        <FileButton
          size="large"
          icon={<CameraOutlined aria-hidden />}
          accept="image/*"
          camera
          onFiles={([file]) => void choose(file)}
        >
          {t(photo ? 'work.capture.retake' : 'work.capture.takePhoto')}
        </FileButton>
        {photo ? <Button onClick={() => setPhoto(null)}>{t('work.capture.noPhoto')}</Button> : null}
      </div>
      {fault ? (
        <div className="form-error" role="alert">
          {t(faults[fault])}
        </div>
      ) : null}
      <FormField id="capture-name" label={t('work.capture.name')}>
        <Input {...field('name')} size="large" maxLength={200} autoComplete="off" />
      </FormField>
      <FormField
        id="capture-number"
        label={t('work.capture.number')}
        error={form.number !== '' && asked === form.number ? t('work.capture.noNumber') : undefined}
      >
        <Input {...field('number')} size="large" maxLength={100} inputMode="tel" autoComplete="off" />
      </FormField>
      <FormField id="capture-note" label={t('work.capture.note')}>
        <Input.TextArea {...field('note')} rows={3} maxLength={longest} />
      </FormField>
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {t('ui.save')}
      </Button>
    </form>
  );
}
