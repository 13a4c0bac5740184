import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Checkbox, Input, Radio, Tag } from 'antd';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import type { Problem } from '#shared/errors.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { atFields, FormField, Refusal } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { createContactMerge, createMerge, type mergePreview } from '../duplicates-contract.ts';
import { attachedName } from './attached-name.ts';

interface Side {
  id: string;
  version: number;
  /** What tells it from the others beside the name. */
  detail: (string | undefined)[];
  values: FieldValues;
  provenance: Record<string, Provenance>;
  labels: Record<string, string>;
}

interface ChoicesProps {
  object: 'customer' | 'contact';
  preview: Pick<ResponseOf<typeof mergePreview>, 'survivorId' | 'fields' | 'attached'>;
  cards: Side[];
  onRemove?(id: string): void;
  /** Somebody saved or merged one of the cards meanwhile: they are to be read again; what is chosen stays. */
  onChanged(): void;
}

const pages = { customer: '/customers/$id', contact: '/contacts/$id' } as const;

/** Which of the cards stays, and whose value in each field. */
export function MergeChoices({ object, preview, cards, onRemove, onChanged }: ChoicesProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const dictionary = useDictionary(object);
  const [survivorId, setSurvivorId] = useState(preview.survivorId);
  const [choices, setChoices] = useState<Record<string, string>>({});
  const [differing, setDiffering] = useState(true);
  const [reason, setReason] = useState('');
  const merge = useSend(object === 'customer' ? createMerge : createContactMerge, [
    ...['/customers', '/duplicates', '/merges', '/contacts', '/search'],
  ]);
  if (!dictionary) return <Loading />;
  const { errors, rest } = atFields(merge.error, ...preview.fields.map((field) => `choices.${field.key}`));
  const refused = (field: { key: string }) => errors[`choices.${field.key}`];
  const shown = preview.fields.filter((field) => !differing || field.differs || refused(field));
  const nameOf = ({ values, detail }: Side) => String(values.name ?? detail[0]);
  const picked = (field: ChoicesProps['preview']['fields'][number]) =>
    choices[field.key] ?? (field.list ? 'all' : proposedFor(field, survivorId, cards));
  // What has no name of its own is told in one number.
  const moving = new Map<string, number>();
  for (const { id, relation, count } of preview.attached) {
    if (id === survivorId) continue;
    const name = attachedName(t, relation);
    moving.set(name, (moving.get(name) ?? 0) + count);
  }
  const submit = () =>
    merge.mutate(
      {
        body: {
          survivorId,
          participants: cards.map(({ id, version }) => ({ id, version })),
          choices: Object.fromEntries(preview.fields.map((field) => [field.key, picked(field)])),
          ...(reason.trim() ? { reason: reason.trim() } : {}),
        },
      },
      {
        onSuccess: (made) => {
          void message.success(t('quality.duplicates.merged'));
          void navigate({ to: pages[object], params: { id: made.survivor.id } });
        },
        onError: (problem) => {
          if (problem.status === 412 || goneInto(problem)) onChanged();
        },
      },
    );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="bar">
        <Checkbox checked={differing} onChange={(event) => setDiffering(event.target.checked)}>
          {t('quality.duplicates.onlyDiffering')}
        </Checkbox>
      </div>
      <ScrollRegion name={t('quality.duplicates.merge')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('quality.duplicates.field')}</th>
              {cards.map((card) => (
                <th key={card.id} scope="col">
                  <div>
                    <Link to={pages[object]} params={{ id: card.id }} target="_blank">
                      {nameOf(card)}
                    </Link>
                  </div>
                  <div className="muted small">{card.detail.filter(Boolean).join(' · ')}</div>
                  <Radio checked={survivorId === card.id} name="survivor" onChange={() => setSurvivorId(card.id)}>
                    {t(`quality.duplicates.survivor.${object}`)}
                  </Radio>
                  {onRemove && cards.length > 2 ? (
                    <Button type="link" size="small" onClick={() => onRemove(card.id)}>
                      {t('quality.duplicates.remove')}
                    </Button>
                  ) : null}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.length === 0 ? (
              <tr>
                <td colSpan={cards.length + 1} className="muted">
                  {t('quality.duplicates.noDifference')}
                </td>
              </tr>
            ) : null}
            {shown.map((field) => {
              const definition = dictionary.byKey.get(field.key);
              if (!definition) return null;
              return (
                <Fragment key={field.key}>
                  <tr id={`choice-${field.key}`}>
                    <th scope="row">
                      {label(definition.label)}
                      {field.list ? (
                        <div>
                          <Radio
                            className="nowrap"
                            name={`field-${field.key}`}
                            checked={picked(field) === 'all'}
                            onChange={() => setChoices((before) => ({ ...before, [field.key]: 'all' }))}
                          >
                            {t('quality.duplicates.all')}
                          </Radio>
                        </div>
                      ) : null}
                    </th>
                    {cards.map((card) => (
                      <td key={card.id}>
                        <Radio
                          name={`field-${field.key}`}
                          checked={picked(field) === card.id}
                          onChange={() => setChoices((before) => ({ ...before, [field.key]: card.id }))}
                          aria-label={`${label(definition.label)}: ${nameOf(card)}`}
                        >
                          <FieldValue field={definition} value={card.values[field.key]} labels={card.labels} />
                          {card.provenance[field.key]?.verifiedAt ? ' ✓' : null}
                        </Radio>
                      </td>
                    ))}
                  </tr>
                  {refused(field) ? (
                    <tr>
                      <td colSpan={cards.length + 1}>
                        <div className="in-view">
                          <Refusal id={`choice-${field.key}`} error={refused(field)} />
                        </div>
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="muted">{t(`quality.duplicates.survivorHelp.${object}`)}</p>
      <p>
        {moving.size > 0 ? t('quality.duplicates.attached') : t('quality.duplicates.attachedNone')}{' '}
        {[...moving].map(([name, count]) => (
          <Tag key={name}>
            {name} {formatNumber(count)}
          </Tag>
        ))}
      </p>
      <FormField id="merge-reason" label={t('quality.duplicates.reason')}>
        <Input id="merge-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
      <ProblemAlert problem={goneInto(rest) ? null : rest} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={merge.isPending}>
          {t(`quality.duplicates.confirm.${object}`)}
        </Button>
      </div>
    </form>
  );
}

/** Somebody merged one of them meanwhile: which, and into whom. */
export function goneInto(
  problem: Problem | null | undefined,
): { merged: string; survivor: { id: string; name: string } } | undefined {
  const gone = problem?.status === 409 && /\.merged$/.test(problem.code);
  return gone ? (problem.data as ReturnType<typeof goneInto>) : undefined;
}

/** The proposal follows the card kept: its value where it has one, unless another's is verified. */
function proposedFor(field: ChoicesProps['preview']['fields'][number], survivorId: string, cards: Side[]): string {
  const verified = cards.find((card) => card.provenance[field.key]?.verifiedAt);
  if (verified) return verified.id;
  const value = cards.find((card) => card.id === survivorId)?.values[field.key];
  return value !== undefined && value !== null && value !== '' ? survivorId : (field.proposed ?? survivorId);
}
