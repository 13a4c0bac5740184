import { App, Button, Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { wrongPoints } from '#shared/values/points.ts';
import { useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { label } from '#ui/i18n.ts';
import { useOutdated } from '#ui/newer.tsx';
import { Loading } from '#ui/page.tsx';
import { type IntakeView, verifyIntake } from '../../intake-contract.ts';

/** What was collected, with the archivist's marks of what was checked. */
export function IntakeValues({ intake }: { intake: IntakeView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const outdated = useOutdated(['/intakes/:id']);
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const verify = useSend(verifyIntake, ['/intakes/:id']);
  if (!customer || !contact) return <Loading />;
  const filled = customer.fields.filter((field) => (intake.values[field.key] ?? null) !== null);
  const tracked = filled.filter((field) => field.tracked);
  // A number or address that is marked as wrong is verified by itself, never with all the others.
  const sound = tracked.filter((field) => wrongPoints(intake.values[field.key]).length === 0).map((field) => field.key);
  const save = (fields: string[]) =>
    verify.mutate(
      { params: { id: intake.id }, ifMatch: intake.version, body: { fields } },
      {
        onError: (problem) => {
          void message.error(problem.message);
          outdated(problem);
        },
      },
    );
  const toggle = (key: string) =>
    save(intake.verified.includes(key) ? intake.verified.filter((item) => item !== key) : [...intake.verified, key]);
  return (
    <>
      <section className="panel" aria-labelledby="intake-values">
        <div className="row">
          <h2 id="intake-values" className="grow">
            {t('collection.intake.collected')}
          </h2>
          {intake.can.verify && sound.some((key) => !intake.verified.includes(key)) ? (
            <Button
              size="small"
              loading={verify.isPending}
              onClick={() => save([...new Set([...intake.verified, ...sound])])}
            >
              {t('collection.intake.verifyAll')}
            </Button>
          ) : null}
        </div>
        {intake.can.verify ? <p className="muted small">{t('collection.intake.verifyHelp')}</p> : null}
        <dl className="facts">
          {filled.map((field) => (
            <div key={field.key}>
              <dt>{label(field.label)}</dt>
              <dd>
                <FieldValue field={field} value={intake.values[field.key]} labels={intake.labels} />{' '}
                {field.tracked && intake.can.verify ? (
                  <Checkbox
                    checked={intake.verified.includes(field.key)}
                    disabled={verify.isPending}
                    aria-label={t('collection.intake.verifyOf', { name: label(field.label) })}
                    onChange={() => toggle(field.key)}
                  >
                    {t('collection.intake.verified')}
                  </Checkbox>
                ) : intake.verified.includes(field.key) ? (
                  <span className="muted small">✓ {t('collection.intake.verified')}</span>
                ) : null}
              </dd>
            </div>
          ))}
          <div>
            <dt>{t('collection.intake.source')}</dt>
            <dd>{t(`ui.source.${intake.source}`)}</dd>
          </div>
          {intake.note ? (
            <div>
              <dt>{t('collection.intake.note')}</dt>
              <dd>{intake.note}</dd>
            </div>
          ) : null}
        </dl>
      </section>
      {intake.contacts.length > 0 ? (
        <section className="panel" aria-labelledby="intake-people">
          <h2 id="intake-people">{t('collection.intake.people')}</h2>
          {intake.contacts.map((person, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: people of an intake have no id and do not move.
            <dl key={index} className="facts">
              {contact.fields
                .filter((field) => (person.values[field.key] ?? null) !== null)
                .map((field) => (
                  <div key={field.key}>
                    <dt>{label(field.label)}</dt>
                    <dd>
                      <FieldValue field={field} value={person.values[field.key]} labels={intake.labels} />
                    </dd>
                  </div>
                ))}
            </dl>
          ))}
        </section>
      ) : null}
    </>
  );
}
