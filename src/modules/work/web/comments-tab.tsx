import { BellFilled, BellOutlined, PaperClipOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { call, downloadUrl, invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { FileButton } from '#ui/file-button.tsx';
import { formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import {
  addComment,
  type CommentView,
  downloadCommentFile,
  editComment,
  followCustomer,
  getFollow,
  listComments,
  removeComment,
  unfollowCustomer,
} from '../comment-contract.ts';
import { CommentEditor, type Draft, uploadTo } from './comment-editor.tsx';

const stale = ['/customers/:id/comments', '/customers/:id/timeline'];

/** Conversation about the customer, its files, and whether the reader follows the customer. */
export default function CommentsTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const [round, setRound] = useState(0);
  const pages = usePages(listComments, { params: { id: customerId }, query: { limit: 30 } });
  const items = itemsOf(pages);
  const send = async ({ body, mentions, files }: Draft) => {
    setSending(true);
    setProblem(null);
    try {
      const made = await call(addComment, { params: { id: customerId }, body: { body, mentions } });
      // The words are said: a file that is refused is told of, and can be tried again from the comment.
      for (const file of files) {
        await uploadTo(made.id, file).catch((error: unknown) => {
          if (error instanceof Problem) void message.error(`${file.name}: ${error.message}`, 8);
        });
      }
      setRound((now) => now + 1);
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
    } finally {
      setSending(false);
      await invalidate(client, stale);
    }
  };
  return (
    <>
      <div className="bar">
        <FollowButton customerId={customerId} />
      </div>
      <section className="panel" aria-label={t('work.comment.write')}>
        <ProblemAlert problem={problem} />
        <CommentEditor key={round} id="new-comment" customerId={customerId} sending={sending} onSend={send} />
      </section>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('work.comment.none')} /> : null}
      <ul className="cards">
        {items.map((item) => (
          <Comment key={item.id} comment={item} />
        ))}
      </ul>
      <LoadMore query={pages} />
    </>
  );
}

function FollowButton({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const state = useEndpoint(getFollow, { params: { id: customerId } });
  const follow = useSend(followCustomer, ['/customers/:id/follow']);
  const unfollow = useSend(unfollowCustomer, ['/customers/:id/follow']);
  if (!state.data) return null;
  const { following, followers } = state.data;
  return (
    <>
      <Button
        icon={following ? <BellFilled aria-hidden /> : <BellOutlined aria-hidden />}
        aria-pressed={following}
        loading={follow.isPending || unfollow.isPending}
        onClick={() => (following ? unfollow : follow).mutate({ params: { id: customerId } })}
      >
        {t(following ? 'work.follow.on' : 'work.follow.off')}
      </Button>
      <span className="muted small">
        {followers.length > 0 ? t('work.follow.by', { names: listed(followers) }) : t('work.follow.hint')}
      </span>
    </>
  );
}

function Comment({ comment }: { comment: CommentView }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  const edit = useSend(editComment, stale);
  const remove = useSend(removeComment, stale);
  const attach = async (file: File | undefined) => {
    if (!file) return;
    await uploadTo(comment.id, file).catch((error: unknown) => {
      if (error instanceof Problem) void message.error(error.message, 8);
    });
    await invalidate(client, stale);
  };
  return (
    <li className="panel">
      <div className="row">
        <strong>{comment.authorName}</strong>
        <span className="muted small">
          {formatTime(comment.createdAt)} {comment.editedAt ? t('work.comment.edited') : ''}
        </span>
        <span className="grow" />
        {comment.can.update && !editing ? (
          <>
            <FileButton
              size="small"
              type="link"
              icon={<PaperClipOutlined aria-hidden />}
              aria-label={t('work.comment.attach')}
              onFiles={([file]) => void attach(file)}
            />
            <Button size="small" type="link" onClick={() => setEditing(true)}>
              {t('work.comment.change')}
            </Button>
            <Button
              size="small"
              type="link"
              danger
              onClick={() =>
                void modal.confirm({
                  title: t('work.comment.removeTitle'),
                  okText: t('ui.delete'),
                  cancelText: t('ui.cancel'),
                  onOk: () =>
                    remove.mutate(
                      { params: { id: comment.id }, ifMatch: comment.version },
                      { onError: (problem) => void message.error(problem.message) },
                    ),
                })
              }
            >
              {t('ui.delete')}
            </Button>
          </>
        ) : null}
      </div>
      {editing ? (
        <>
          <ProblemAlert problem={edit.error} />
          <CommentEditor
            id={`comment-${comment.id}`}
            customerId={comment.customerId}
            start={comment}
            sending={edit.isPending}
            onCancel={() => setEditing(false)}
            onSend={({ body, mentions }) =>
              edit.mutate(
                { params: { id: comment.id }, ifMatch: comment.version, body: { body, mentions } },
                { onSuccess: () => setEditing(false) },
              )
            }
          />
        </>
      ) : (
        <div className="note-text">{comment.body}</div>
      )}
      {comment.files.length > 0 ? (
        <ul className="comment-files">
          {comment.files.map((file) => (
            <li key={file.id}>
              <a href={downloadUrl(downloadCommentFile, { params: { id: comment.id, fileId: file.id } })} download>
                <PaperClipOutlined aria-hidden /> {file.name}
              </a>{' '}
              <span className="muted small">{sizeText(file.size)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

const sizeText = (bytes: number) =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
