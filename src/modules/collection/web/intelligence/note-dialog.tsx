import { App, Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { minorDigits, parseMoney } from '#shared/money.ts';
import { upload, useSend } from '#ui/api.ts';
import { atFields } from '#ui/fields/form-field.tsx';
import { companyToday } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import {
  attachIntelligence,
  type IntelligenceView,
  recordIntelligence,
  updateIntelligence,
} from '../../intelligence-contract.ts';
import { NoteFields, type NoteValues, noteNames, subjectNames } from './note-fields.tsx';

const stale = ['/intelligence', '/competitors', '/customers'];

interface Props {
  note?: IntelligenceView;
  initial: { subject?: IntelligenceView['subject']; customerId?: string; subjectName?: string };
  /** The page is one customer's: what it is about is not asked. */
  fixedSubject: boolean;
  onClose(): void;
}

const costText = (note: IntelligenceView | undefined) => {
  if (!note || note.costMinor === null) return '';
  const digits = minorDigits(note.currency ?? 'CNY');
  return `${note.currency} ${(note.costMinor / 10 ** digits).toFixed(digits)}`;
};

/** Records or corrects one item of intelligence. */
export function NoteDialog({ note, initial, fixedSubject, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { org } = useSession();
  const [values, setValues] = useState<NoteValues>({
    subject: note?.subject ?? initial.subject ?? 'customer',
    customerId: note?.customer?.id ?? initial.customerId ?? null,
    subjectName: note?.subjectName ?? initial.subjectName ?? '',
    item: note?.item ?? '',
    content: note?.content ?? '',
    method: note?.method ?? 'visit',
    source: note?.source ?? '',
    reliability: note?.reliability ?? 'C',
    credibility: note?.credibility ?? 3,
    cost: costText(note),
    collectedOn: note?.collectedOn ?? companyToday(),
    expiresOn: note?.expiresOn ?? '',
    sensitivity: note?.sensitivity ?? 'confidential',
  });
  const [files, setFiles] = useState<File[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrongCost, setWrongCost] = useState<string>();
  const create = useSend(recordIntelligence, stale);
  const update = useSend(updateIntelligence, stale);
  const [busy, setBusy] = useState(false);
  // Once recorded, a second try (a file that was refused) must not record again.
  const saved = useRef(note);
  const save = async () => {
    const { cost, expiresOn, subjectName, customerId, ...rest } = values;
    const money = cost.trim() === '' ? null : parseMoney(cost, org.currency);
    const body = {
      ...rest,
      customerId: rest.subject === 'market' ? null : customerId,
      ...(rest.subject === 'customer' || customerId ? {} : { subjectName }),
      expiresOn: expiresOn || null,
      // What is no amount is sent as one that is refused, so that the server names all else that is wrong with it.
      costMinor: money === null ? null : money.ok ? Number(money.value.amount) : -1,
      ...(money?.ok ? { currency: money.value.currency } : {}),
    } as Parameters<typeof create.mutateAsync>[0]['body'] & object;
    setBusy(true);
    setProblem(null);
    setWrongCost(undefined);
    try {
      const present = saved.current;
      let view = present
        ? await update.mutateAsync({ params: { id: present.id }, ifMatch: present.version, body })
        : await create.mutateAsync({ body });
      saved.current = view;
      for (const file of files) {
        view = await upload({ ...attachIntelligence, path: attachIntelligence.path.replace(':id', view.id) }, file);
        setFiles((before) => before.filter((item) => item !== file));
      }
      void message.success(t('ui.saved'));
      onClose();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      setWrongCost(money && !money.ok ? t(`errors.${money.code}`, money.params ?? {}) : undefined);
    } finally {
      setBusy(false);
    }
  };
  const { errors, rest } = atFields(problem, ...noteNames, ...(fixedSubject ? [] : subjectNames(values)));
  return (
    <Modal
      open
      width={720}
      title={t(note ? 'collection.intelligence.edit' : 'collection.intelligence.add')}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={busy} onClick={() => void save()}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <NoteFields
        values={values}
        customerName={note?.customer?.name}
        errors={wrongCost ? { ...errors, costMinor: wrongCost } : errors}
        fixedSubject={fixedSubject}
        files={files}
        onFiles={setFiles}
        onChange={(part) => setValues((before) => ({ ...before, ...part }))}
      />
    </Modal>
  );
}
