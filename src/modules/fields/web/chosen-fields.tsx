import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { type FieldChoice, fieldChoices } from '#shared/field-choices.ts';
import { type Dictionary, type FieldDefinition, recordObjects } from '#shared/fields.ts';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';

/** What a field demands and how it is protected. */
export function FieldTags({ field }: { field: FieldDefinition }) {
  const { t } = useTranslation();
  return (
    <>
      {field.required ? <Tag>{t('fields.required')}</Tag> : null}
      {field.sensitivity === 'open' ? null : <Tag>{t(`ui.sensitivity.${field.sensitivity}`)}</Tag>}
      {field.personal === 'none' ? null : <Tag>{t(`fields.personals.${field.personal}`)}</Tag>}
      {field.builtin ? null : <Tag color="blue">{t('fields.custom')}</Tag>}
    </>
  );
}

interface ChosenFieldsProps {
  dictionary: Dictionary;
  only: FieldChoice;
  onOpen(field: FieldDefinition): void;
}

/** Fields of one kind out of the whole dictionary: to look through and open, not to order. */
export function ChosenFields({ dictionary, only, onOpen }: ChosenFieldsProps) {
  const { t } = useTranslation();
  const chosen = dictionary.fields.filter((field) => !field.hidden && fieldChoices[only](field));
  const sectionOf = (field: FieldDefinition) => {
    const section = dictionary.sections.find((item) => item.object === field.object && item.key === field.section);
    return section ? label(section.label) : field.section;
  };
  return (
    <>
      <p className="muted" role="status">
        {t('fields.only.found', { n: formatNumber(chosen.length) })}
      </p>
      {recordObjects.map((object) => {
        const mine = chosen.filter((field) => field.object === object);
        return mine.length === 0 ? null : (
          <section key={object} className="panel" aria-label={t(`fields.objects.${object}`)}>
            <h2>
              {t(`fields.objects.${object}`)} {formatNumber(mine.length)}
            </h2>
            <ul className="cards">
              {mine.map((field) => (
                <li key={field.id} className="list-row">
                  <span className="grow named-row">
                    <Button type="link" onClick={() => onOpen(field)}>
                      {label(field.label)}
                    </Button>
                    <span className="muted small">
                      {sectionOf(field)} · {t(`fields.types.${field.type}`)} · <code>{field.key}</code>
                    </span>
                  </span>
                  <FieldTags field={field} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}
