import './contacts.css';
import { Modal, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { introductions } from '../relation-contract.ts';
import { EndLink } from './end-link.tsx';
import type { End } from './end-select.tsx';
import { useRelationTypes } from './relation-types.ts';

/** Who can introduce me to somebody: ways through the people and customers I may see. */
export function IntroductionsDialog({ of, onClose }: { of: End; onClose(): void }) {
  const { t } = useTranslation();
  const { wordsOf } = useRelationTypes();
  const { data, error } = useEndpoint(introductions, {
    query: { kind: of.kind as 'customer' | 'contact', id: of.id },
  });
  return (
    <Modal open width={640} footer={null} title={t('relations.introductions.of', { name: of.name })} onCancel={onClose}>
      <ProblemAlert problem={error} />
      {!data && !error ? <Loading /> : null}
      {data && data.paths.length === 0 ? <p className="muted">{t('relations.introductions.none')}</p> : null}
      <ol className="paths">
        {data?.paths.map((path) => (
          <li key={path.steps[0]?.id} className="panel">
            <p>
              {path.mine ? (
                <Tag color="success">{t('relations.introductions.mine')}</Tag>
              ) : (
                <Tag>{t('relations.introductions.ask', { name: path.steps[0]?.name })}</Tag>
              )}
              <span className="muted small">{t('relations.introductions.steps', { n: path.steps.length - 1 })}</span>
            </p>
            <ol className="way">
              {path.steps.map((step, index) => {
                const edge = path.edges[index - 1];
                return (
                  <li key={step.id} className="way-step">
                    {edge ? (
                      <span className="muted small">
                        {wordsOf(edge.typeKey, edge.outward)} · {t(`relations.strengths.${edge.strength}`)} →{' '}
                      </span>
                    ) : null}
                    <EndLink end={step} />
                    {step.detail ? <span className="muted small"> {step.detail}</span> : null}
                  </li>
                );
              })}
            </ol>
          </li>
        ))}
      </ol>
      {data?.truncated ? <p className="muted">{t('relations.introductions.truncated')}</p> : null}
    </Modal>
  );
}
