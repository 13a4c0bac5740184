import { ExportOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { startSheetExport } from '../contract.ts';
import { ExportDialog } from './export-dialog.tsx';

/** Button of another module's list: exports its records as a sheet. */
export default function ExportSheet({ source, query }: { source: string; query: Record<string, unknown> }) {
  const { t } = useTranslation();
  const send = useSend(startSheetExport, ['/exports']);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<ExportOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('exchange.export')}
      </Button>
      {open ? (
        <ExportDialog
          formats={[
            { value: 'xlsx', label: 'Excel (.xlsx)' },
            { value: 'csv', label: 'CSV' },
          ]}
          start={(asked) => send.mutateAsync({ body: { source, query, ...asked } })}
          problem={send.error}
          busy={send.isPending}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
