import { PaperClipOutlined } from '@ant-design/icons';
import { Input, Radio, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { sensitivities } from '#shared/fields.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { FileButton } from '#ui/file-button.tsx';
import {
  collectionMethods,
  credibilities,
  type IntelligenceView,
  intelligenceSubjects,
  reliabilities,
} from '../../intelligence-contract.ts';

/** The form as typed: money and days are texts. */
export interface NoteValues {
  subject: IntelligenceView['subject'];
  customerId: string | null;
  subjectName: string;
  item: string;
  content: string;
  method: string;
  source: string;
  reliability: IntelligenceView['reliability'];
  credibility: number;
  cost: string;
  collectedOn: string;
  expiresOn: string;
  sensitivity: IntelligenceView['sensitivity'];
}

/** The inputs as the server calls them. */
export const noteNames = [
  ...['item', 'content', 'method', 'source', 'reliability', 'credibility'],
  ...['collectedOn', 'expiresOn', 'costMinor', 'currency', 'sensitivity'],
];
const asksCustomer = ({ subject }: NoteValues) => subject !== 'market';
const asksName = ({ subject, customerId }: NoteValues) =>
  subject === 'market' || (subject === 'competitor' && !customerId);
export const subjectNames = (values: NoteValues): string[] => [
  'subject',
  ...(asksCustomer(values) ? ['customerId'] : []),
  ...(asksName(values) ? ['subjectName'] : []),
];

interface Props {
  values: NoteValues;
  onChange(part: Partial<NoteValues>): void;
  errors: Partial<Record<string, string>>;
  customerName?: string;
  fixedSubject: boolean;
  files: File[];
  onFiles(files: File[]): void;
}

/** Inputs of an item of intelligence. */
export function NoteFields({ values, onChange, errors, customerName, fixedSubject, files, onFiles }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {fixedSubject ? null : (
        <Subject values={values} onChange={onChange} errors={errors} customerName={customerName} />
      )}
      <FormField id="note-item" label={t('collection.intelligence.item')} required error={errors.item}>
        <Input
          id="note-item"
          autoFocus
          maxLength={200}
          value={values.item}
          onChange={(event) => onChange({ item: event.target.value })}
        />
      </FormField>
      <FormField id="note-content" label={t('collection.intelligence.content')} error={errors.content}>
        <Input.TextArea
          id="note-content"
          autoSize={{ minRows: 3, maxRows: 12 }}
          maxLength={20_000}
          value={values.content}
          onChange={(event) => onChange({ content: event.target.value })}
        />
      </FormField>
      <div className="grid-2">
        <FormField id="note-method" label={t('collection.intelligence.method')} error={errors.method}>
          <Select
            id="note-method"
            className="full-width"
            value={values.method}
            options={collectionMethods.map((value) => ({ value: value as string, label: t(`ui.source.${value}`) }))}
            onChange={(method) => onChange({ method })}
          />
        </FormField>
        <FormField
          id="note-source"
          label={t('collection.intelligence.source')}
          help={t('collection.intelligence.sourceHelp')}
          error={errors.source}
        >
          <Input
            id="note-source"
            maxLength={500}
            value={values.source}
            onChange={(event) => onChange({ source: event.target.value })}
          />
        </FormField>
        <FormField id="note-reliability" label={t('collection.intelligence.reliability')} error={errors.reliability}>
          <Select
            id="note-reliability"
            className="full-width"
            value={values.reliability}
            options={reliabilities.map((value) => ({
              value,
              label: t(`collection.intelligence.reliabilities.${value}`),
            }))}
            onChange={(reliability) => onChange({ reliability })}
          />
        </FormField>
        <FormField id="note-credibility" label={t('collection.intelligence.credibility')} error={errors.credibility}>
          <Select
            id="note-credibility"
            className="full-width"
            value={values.credibility}
            options={credibilities.map((value) => ({
              value: value as number,
              label: t(`collection.intelligence.credibilities.${value}`),
            }))}
            onChange={(credibility) => onChange({ credibility })}
          />
        </FormField>
        <FormField
          id="note-collected"
          label={t('collection.intelligence.collectedOn')}
          required
          error={errors.collectedOn}
        >
          <DayInput
            id="note-collected"
            value={values.collectedOn}
            onChange={(day) => onChange({ collectedOn: day ?? '' })}
          />
        </FormField>
        <FormField id="note-expires" label={t('collection.intelligence.expiresOn')} error={errors.expiresOn}>
          <DayInput id="note-expires" value={values.expiresOn} onChange={(day) => onChange({ expiresOn: day ?? '' })} />
        </FormField>
        <FormField id="note-cost" label={t('collection.intelligence.cost')} error={errors.costMinor ?? errors.currency}>
          <Input
            id="note-cost"
            inputMode="decimal"
            value={values.cost}
            onChange={(event) => onChange({ cost: event.target.value })}
          />
        </FormField>
        <FormField id="note-sensitivity" label={t('collection.intelligence.sensitivity')} error={errors.sensitivity}>
          <Select
            id="note-sensitivity"
            className="full-width"
            value={values.sensitivity}
            options={sensitivities.map((value) => ({ value, label: t(`ui.sensitivity.${value}`) }))}
            onChange={(sensitivity) => onChange({ sensitivity })}
          />
        </FormField>
      </div>
      <div className="row">
        <FileButton icon={<PaperClipOutlined aria-hidden />} multiple onFiles={(more) => onFiles([...files, ...more])}>
          {t('collection.intelligence.attach')}
        </FileButton>
        {files.map((file) => (
          <Tag
            key={`${file.name}-${file.lastModified}-${file.size}`}
            closable
            onClose={() => onFiles(files.filter((item) => item !== file))}
          >
            {file.name}
          </Tag>
        ))}
      </div>
    </>
  );
}

function Subject({
  values,
  onChange,
  errors,
  customerName,
}: Pick<Props, 'values' | 'onChange' | 'errors' | 'customerName'>) {
  const { t } = useTranslation();
  const { subject } = values;
  return (
    <>
      <FormField id="note-subject" label={t('collection.intelligence.subject')} error={errors.subject}>
        <Radio.Group
          id="note-subject"
          optionType="button"
          value={subject}
          options={intelligenceSubjects.map((value) => ({
            value,
            label: t(`collection.intelligence.subjects.${value}`),
          }))}
          onChange={(event) => onChange({ subject: event.target.value as NoteValues['subject'] })}
        />
      </FormField>
      {asksCustomer(values) ? (
        <FormField
          id="note-customer"
          label={t(
            subject === 'customer' ? 'collection.intelligence.customer' : 'collection.intelligence.competitorCustomer',
          )}
          required={subject === 'customer'}
          error={errors.customerId}
        >
          <RecordSelect
            id="note-customer"
            kind="customer"
            value={values.customerId}
            label={customerName}
            onChange={(customerId) => onChange({ customerId })}
          />
        </FormField>
      ) : null}
      {asksName(values) ? (
        <FormField
          id="note-name"
          label={t(
            subject === 'market' ? 'collection.intelligence.marketName' : 'collection.intelligence.competitorName',
          )}
          required
          error={errors.subjectName}
        >
          <Input
            id="note-name"
            maxLength={200}
            value={values.subjectName}
            onChange={(event) => onChange({ subjectName: event.target.value })}
          />
        </FormField>
      ) : null}
    </>
  );
}
