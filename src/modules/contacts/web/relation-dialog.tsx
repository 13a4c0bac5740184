import { App, Button, Input, Modal, Rate, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BodyInput } from '#shared/endpoint.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { createRelation, type RelationView, removeRelation, updateRelation } from '../relation-contract.ts';
import { type End, EndSelect } from './end-select.tsx';
import { useRelationTypes } from './relation-types.ts';
import { peopleStale } from './use-contact.ts';

interface RelationDialogProps {
  /** Whose page it is; the other end is chosen here. */
  of: End;
  relation?: RelationView;
  onClose(): void;
}

/** Records a relation of somebody, or changes one. */
export function RelationDialog({ of, relation, onClose }: RelationDialogProps) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const session = useSession();
  const { types, words, byId } = useRelationTypes();
  const create = useSend(createRelation, peopleStale);
  const update = useSend(updateRelation, peopleStale);
  const remove = useSend(removeRelation, peopleStale);
  const [choice, setChoice] = useState<string>();
  const [other, setOther] = useState<End | null>(null);
  const [text, setText] = useState<Record<string, string>>({
    fromOn: relation?.fromOn ?? '',
    toOn: relation?.toOn ?? '',
    source: relation?.source ?? '',
    note: relation?.note ?? '',
    thanksDueOn: relation?.thanks?.dueOn ?? '',
  });
  const [strength, setStrength] = useState(relation?.strength ?? 3);
  const [typeId = '', side = 'out'] = (choice ?? '').split('|');
  const type = relation ? byId.get(relation.typeId) : byId.get(typeId);
  const knows = type?.firstKinds.includes('user') ?? false;
  const thankable = type?.key === 'referral';
  const problem = create.error ?? update.error ?? remove.error;
  const { errors, rest } = atFields(
    problem,
    ...['fromOn', 'toOn', 'source', 'note'],
    ...(relation ? [] : ['typeId', ...(knows ? [] : ['first', 'second'])]),
    ...(thankable ? ['thanksDueOn'] : []),
  );
  const value = (name: string) => text[name] || null;
  // Each direction is one choice, said from this page: "what is the other to this one".
  const choices = types
    .filter((item) => !item.hidden)
    .flatMap((item) => {
      const fits = (kinds: string[]) => kinds.includes(of.kind);
      const both = [];
      if (fits(item.firstKinds)) both.push({ value: `${item.id}|out`, label: words(item, true) });
      if (!item.symmetric && fits(item.secondKinds)) both.push({ value: `${item.id}|in`, label: words(item, false) });
      return both;
    });
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const facts = {
    fromOn: value('fromOn'),
    toOn: value('toOn'),
    strength,
    source: value('source'),
    note: value('note'),
    ...(thankable ? { thanksDueOn: value('thanksDueOn') } : {}),
  };
  const save = () => {
    if (relation) {
      update.mutate({ params: { id: relation.id }, ifMatch: relation.version, body: facts }, done);
      return;
    }
    const me = { kind: of.kind, id: of.id };
    const them = knows
      ? { kind: 'user' as const, id: session.user.id }
      : other
        ? { kind: other.kind, id: other.id }
        : undefined;
    create.mutate(
      {
        body: {
          typeId,
          first: side === 'out' ? me : them,
          second: side === 'out' ? them : me,
          ...facts,
          // An end not chosen yet is named by the server, as any other missing value.
        } as BodyInput<typeof createRelation>,
      },
      done,
    );
  };
  const line = (name: string, kind?: 'date') => (
    <FormField id={`relation-${name}`} label={t(`relations.${name}`)} error={errors[name]}>
      <Input
        id={`relation-${name}`}
        type={kind}
        maxLength={200}
        value={text[name]}
        onChange={(event) => setText((before) => ({ ...before, [name]: event.target.value }))}
      />
    </FormField>
  );
  const otherError = errors.first ?? errors.second;
  return (
    <Modal
      open
      title={relation ? t('relations.edit') : t('relations.addOf', { name: of.name })}
      onCancel={onClose}
      footer={
        <>
          {relation ? (
            <Button
              danger
              type="text"
              loading={remove.isPending}
              onClick={() =>
                void modal.confirm({
                  title: t('relations.removeTitle', {
                    name: relation.second.id === of.id ? relation.first.name : relation.second.name,
                  }),
                  content: t('relations.removeText'),
                  okText: t('ui.delete'),
                  cancelText: t('ui.cancel'),
                  onOk: () => remove.mutate({ params: { id: relation.id }, ifMatch: relation.version }, done),
                })
              }
            >
              {t('ui.delete')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      {relation ? (
        <p>
          <strong>{relation.first.name}</strong> → {words(type, true)}: <strong>{relation.second.name}</strong>
        </p>
      ) : (
        <>
          <FormField id="relation-type" label={t('relations.type')} required error={errors.typeId}>
            <Select
              id="relation-type"
              className="full-width"
              showSearch={{ optionFilterProp: 'label' }}
              value={choice}
              options={choices}
              onChange={setChoice}
            />
          </FormField>
          {knows ? (
            <p className="muted">{t('relations.knowsText')}</p>
          ) : (
            <FormField id="relation-other" label={t('relations.other')} required error={otherError}>
              <EndSelect id="relation-other" value={other} onChange={setOther} />
            </FormField>
          )}
        </>
      )}
      <div className="form-field">
        <span className="form-label" id="relation-strength">
          {t('relations.strength')}
        </span>
        <Rate
          aria-labelledby="relation-strength"
          value={strength}
          allowClear={false}
          tooltips={[1, 2, 3, 4, 5].map((level) => t(`relations.strengths.${level}`))}
          onChange={setStrength}
        />
        <span className="muted small"> {t(`relations.strengths.${strength}`)}</span>
      </div>
      <div className="grid-2">
        {line('fromOn', 'date')}
        {line('toOn', 'date')}
      </div>
      {thankable ? line('thanksDueOn', 'date') : null}
      {line('source')}
      <FormField id="relation-note" label={t('relations.note')} error={errors.note}>
        <Input.TextArea
          id="relation-note"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={text.note}
          onChange={(event) => setText((before) => ({ ...before, note: event.target.value }))}
        />
      </FormField>
    </Modal>
  );
}
