import './work.css';
import { PaperClipOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Mentions, Tag } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, upload } from '#ui/api.ts';
import { FileButton } from '#ui/file-button.tsx';
import { attachFile, type CommentView, commentFilesMost, mentionable } from '../comment-contract.ts';

export interface Draft {
  body: string;
  mentions: string[];
  files: File[];
}

/** Sends one file to a comment. */
export const uploadTo = (commentId: string, file: File) =>
  upload({ ...attachFile, path: attachFile.path.replace(':id', commentId) }, file);

interface Props {
  id: string;
  customerId: string;
  start?: CommentView;
  sending: boolean;
  onSend(draft: Draft): void;
  onCancel?(): void;
}

/** A text with `@name`; only people who can see the customer are offered. */
export function CommentEditor({ id, customerId, start, sending, onSend, onCancel }: Props) {
  const { t } = useTranslation();
  const [body, setBody] = useState(start?.body ?? '');
  const [typed, setTyped] = useState<string | null>(null);
  const [files, setFiles] = useState<File[]>([]);
  const known = useRef(new Map((start?.mentions ?? []).map((item) => [item.name, item.id])));
  const found = useQuery({
    queryKey: [mentionable.path, customerId, typed],
    enabled: typed !== null,
    queryFn: () => call(mentionable, { params: { id: customerId }, query: typed ? { q: typed } : {} }),
  });
  const send = () =>
    onSend({
      body,
      // Whoever was chosen and is still in the text.
      mentions: [...known.current].filter(([name]) => body.includes(`@${name}`)).map(([, user]) => user),
      files,
    });
  return (
    <>
      <label htmlFor={id} className="form-label">
        {t('work.comment.write')}
      </label>
      <Mentions
        id={id}
        autoSize={{ minRows: 2, maxRows: 12 }}
        maxLength={10_000}
        placeholder={t('work.comment.hint')}
        value={body}
        filterOption={false}
        loading={found.isFetching}
        notFoundContent={t('ui.nothingFound')}
        options={(found.data?.items ?? []).map((item) => ({ key: item.id, value: item.name, label: item.name }))}
        onChange={setBody}
        onSearch={setTyped}
        onSelect={(option) => {
          if (option.key && option.value) known.current.set(option.value, String(option.key));
        }}
      />
      <div className="row note-buttons">
        <Button type="primary" disabled={body.trim() === ''} loading={sending} onClick={send}>
          {t(start ? 'ui.save' : 'work.comment.send')}
        </Button>
        {onCancel ? <Button onClick={onCancel}>{t('ui.cancel')}</Button> : null}
        {start ? null : (
          <FileButton
            multiple
            type="link"
            icon={<PaperClipOutlined aria-hidden />}
            onFiles={(chosen) => setFiles((before) => [...before, ...chosen].slice(0, commentFilesMost))}
          >
            {t('work.comment.attach')}
          </FileButton>
        )}
        {files.map((file) => (
          <Tag
            key={`${file.name}${file.size}`}
            closable
            onClose={() => setFiles((before) => before.filter((item) => item !== file))}
          >
            {file.name}
          </Tag>
        ))}
      </div>
    </>
  );
}
