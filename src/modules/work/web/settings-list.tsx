import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Modal, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ActionName } from './carry/action-name.tsx';

interface Named {
  id: string;
  name: string;
  version: number;
}

interface ListProps<Item extends Named> {
  /** Undefined while they are read. */
  items: Item[] | undefined;
  problem: Problem | null;
  texts: { add: string; none: string; remove: string };
  /** What stands beside and under the name. */
  tag?(item: Item): ReactNode;
  detail(item: Item): string;
  filter?: ReactNode;
  onRetry(): void;
  onRemove(item: Item): void;
  form(item: Item | undefined, onClose: () => void): ReactNode;
}

/** A list of a company's own, kept on a settings page: add, change, take out of use. */
export function SettingsList<Item extends Named>(props: ListProps<Item>) {
  const { items, problem, texts, tag, detail, filter, onRetry, onRemove, form } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState<Item | 'new' | null>(null);
  return (
    <>
      <div className="bar">
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
          {texts.add}
        </Button>
        {filter}
      </div>
      <ProblemAlert problem={problem} onRetry={onRetry} />
      {!items && !problem ? <Loading /> : null}
      {items?.length === 0 ? <EmptyState text={texts.none} /> : null}
      {items && items.length > 0 ? (
        <ul className="cards panel">
          {items.map((item) => (
            <li key={item.id} className="list-row">
              {tag?.(item)}
              <div className="grow">
                <strong>{item.name}</strong>
                <div className="muted small">{detail(item)}</div>
              </div>
              <Button size="small" type="link" onClick={() => setOpen(item)}>
                <ActionName text={t('ui.edit')} of={item.name} />
              </Button>
              <Popconfirm
                title={texts.remove}
                okText={t('ui.delete')}
                cancelText={t('ui.cancel')}
                onConfirm={() => onRemove(item)}
              >
                <Button size="small" type="link" danger>
                  <ActionName text={t('ui.delete')} of={item.name} />
                </Button>
              </Popconfirm>
            </li>
          ))}
        </ul>
      ) : null}
      {open ? form(open === 'new' ? undefined : open, () => setOpen(null)) : null}
    </>
  );
}

interface DialogProps<Body> {
  title: string;
  width?: number;
  create: Send<{ body: Body }>;
  update: Send<{ params: { id: string }; ifMatch: number; body: Body }>;
  item: Named | undefined;
  body: Body;
  /** What was refused and is not said beside a field. */
  rest: Problem | null;
  onClose(): void;
  children: ReactNode;
}
interface Send<Options> {
  error: Problem | null;
  isPending: boolean;
  mutate(options: Options, more: { onSuccess(): void }): void;
}

/** The dialog in which an entry of such a list is made or changed. */
export function SettingsDialog<Body>(props: DialogProps<Body>) {
  const { title, width, create, update, item, body, rest, onClose, children } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  return (
    <Modal
      open
      width={width}
      title={title}
      okText={t('ui.save')}
      okButtonProps={{ loading: create.isPending || update.isPending }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() =>
        item
          ? update.mutate({ params: { id: item.id }, ifMatch: item.version, body }, done)
          : create.mutate({ body }, done)
      }
    >
      <ProblemAlert problem={rest} />
      {children}
    </Modal>
  );
}
