import { ExportOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import type { ListSelection } from '#ui/module.ts';
import { startExport } from '../contract.ts';
import { ExportDialog } from './export-dialog.tsx';

/** Button of the customer list: exports what the list shows or what is selected. */
export default function ExportAction({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<ExportOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('exchange.export')}
      </Button>
      {open ? <CustomerExport selection={selection} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const isSheet = (format: string) => format === 'xlsx' || format === 'csv';

function CustomerExport({ selection, onClose }: { selection: ListSelection; onClose(): void }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const send = useSend(startExport, ['/exports']);
  const [fields, setFields] = useState(selection.fields);
  return (
    <ExportDialog
      formats={[
        { value: 'xlsx', label: 'Excel (.xlsx)' },
        { value: 'csv', label: 'CSV' },
        { value: 'pdf', label: t('exchange.print.cards') },
        { value: 'vcf', label: t('exchange.vcard.people') },
      ]}
      start={(asked) =>
        send.mutateAsync({
          body: {
            query: selection.query,
            // Asked for by sheets alone.
            fields: isSheet(asked.format) ? fields : ['name'],
            sort: selection.sort,
            ...asked,
          },
        })
      }
      problem={send.error}
      busy={send.isPending}
      disabled={(format) => isSheet(format) && fields.length === 0}
      onClose={onClose}
    >
      {(errors, format) =>
        // A card and a vCard have fields of their own.
        isSheet(format) ? (
          <>
            <FormField id="export-fields" label={t('exchange.fields')} error={errors.fields}>
              <Select
                id="export-fields"
                mode="multiple"
                className="full-width"
                showSearch={{ optionFilterProp: 'label' }}
                value={fields}
                options={(dictionary?.fields ?? []).map((field) => ({ value: field.key, label: label(field.label) }))}
                onChange={setFields}
              />
            </FormField>
            <Button size="small" onClick={() => setFields((dictionary?.fields ?? []).map((field) => field.key))}>
              {t('exchange.allFields')}
            </Button>
          </>
        ) : null
      }
    </ExportDialog>
  );
}
