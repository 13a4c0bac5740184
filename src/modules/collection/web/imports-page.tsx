import { InboxOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Input, Modal, Spin, Tag } from 'antd';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { call, upload } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { FileButton } from '#ui/file-button.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Page, ProblemAlert } from '#ui/page.tsx';
import { listImports, updateImport, uploadImport } from '../contract.ts';

export default function ImportsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { target } = useSearch({ strict: false }) as { target?: string };
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [locked, setLocked] = useState<File | null>(null);
  const pages = usePages(listImports);
  const items = itemsOf(pages);
  const send = async (file: File, password?: string) => {
    setBusy(true);
    setProblem(null);
    try {
      const view = await upload(uploadImport, file, password ? { password } : {});
      // Whoever came to import purchases means purchases, whatever the headings suggest.
      if (target && view.target !== target)
        await call(updateImport, { params: { id: view.id }, ifMatch: view.version, body: { target } });
      void navigate({ to: '/imports/$id', params: { id: view.id } });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      setLocked(error.code === 'sheet.passwordNeeded' || error.code === 'sheet.passwordWrong' ? file : null);
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) void send(file);
  };
  return (
    <Page title={t('collection.title')}>
      <p className="muted">{t('collection.text')}</p>
      <ProblemAlert problem={locked ? null : problem} />
      <section
        className={over ? 'dropzone over' : 'dropzone'}
        aria-label={t('collection.choose')}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <InboxOutlined aria-hidden className="dropzone-icon" />
        <p>{t('collection.drop')}</p>
        <FileButton
          type="primary"
          loading={busy}
          accept=".xlsx,.xls,.csv,.txt,.vcf"
          onFiles={([file]) => {
            if (file) void send(file);
          }}
        >
          {t('collection.choose')}
        </FileButton>
        {busy ? (
          <p aria-live="polite">
            <Spin size="small" /> {t('collection.reading')}
          </p>
        ) : null}
      </section>
      {locked ? (
        <PasswordDialog
          problem={problem}
          busy={busy}
          onClose={() => setLocked(null)}
          onSend={(password) => void send(locked, password)}
        />
      ) : null}
      <h2>{t('collection.earlier')}</h2>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {items.length === 0 && !pages.isPending ? <EmptyState text={t('collection.none')} /> : null}
      <ul className="cards panel">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <Link to="/imports/$id" params={{ id: item.id }} className="grow">
              {item.fileName}
              <span className="block muted small">
                {formatTime(item.createdAt)} ·{' '}
                {t('collection.rowsDone', {
                  created: formatNumber(item.rows.created),
                  updated: formatNumber(item.rows.updated),
                  failed: formatNumber(item.rows.failed),
                })}
              </span>
            </Link>
            <Tag color={item.state === 'done' ? 'success' : item.state === 'failed' ? 'error' : 'default'}>
              {t(`collection.states.${item.state}`)}
            </Tag>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </Page>
  );
}

function PasswordDialog({
  problem,
  busy,
  onSend,
  onClose,
}: {
  problem: Problem | null;
  busy: boolean;
  onSend(password: string): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  return (
    <Modal
      open
      title={t('collection.locked')}
      okText={t('collection.open')}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() => onSend(password)}
      okButtonProps={{ loading: busy, disabled: password === '' }}
    >
      <FormField
        id="sheet-password"
        label={t('people.password')}
        error={problem?.code === 'sheet.passwordWrong' ? problem.message : undefined}
      >
        <Input.Password
          id="sheet-password"
          autoFocus
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          onPressEnter={() => onSend(password)}
        />
      </FormField>
    </Modal>
  );
}
