import { Link } from '@tanstack/react-router';
import { Button, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { getRun, listRuns, runChanges } from '../classes-contract.ts';
import type { Dimension } from '../spec.ts';
import { useClassNames } from './shared.tsx';

interface Move {
  dimension: Dimension;
  from: string | null;
  to: string | null;
}

/** The change report of each recalculation. */
export default function RunsTab() {
  const { t } = useTranslation();
  const pages = usePages(listRuns, { query: { limit: 20 } });
  const items = itemsOf(pages);
  const [open, setOpen] = useState<string | null>(null);
  if (pages.isPending) return <Loading />;
  return (
    <>
      <ProblemAlert problem={pages.error} />
      {items.length === 0 ? <EmptyState text={t('segments.noRuns')} /> : null}
      {items.map((run) => (
        <section className="panel" key={run.id} aria-label={formatTime(run.startedAt)}>
          <div className="row">
            <strong>{formatTime(run.startedAt)}</strong>
            <Tag>{t(`segments.runStates.${run.state}`)}</Tag>
            <span className="muted">{run.by ?? t('segments.scheduledRun')}</span>
            <span className="grow" />
            <Button
              size="small"
              aria-expanded={open === run.id}
              onClick={() => setOpen(open === run.id ? null : run.id)}
            >
              {t('segments.report')}
            </Button>
          </div>
          {Object.entries(run.problems).map(([dimension, code]) => (
            <RunProblem key={dimension} dimension={dimension} code={code} />
          ))}
          {open === run.id ? <Report id={run.id} /> : null}
        </section>
      ))}
      <LoadMore query={pages} />
    </>
  );
}

function RunProblem({ dimension, code }: { dimension: string; code: string }) {
  const { t } = useTranslation();
  const { fieldName } = useClassNames();
  return (
    <p className="form-error">
      {t('segments.ruleLeftOut', { name: fieldName(dimension) })} ({code})
    </p>
  );
}

function Report({ id }: { id: string }) {
  const { t } = useTranslation();
  const { fieldName, valueName } = useClassNames();
  const { data, error } = useEndpoint(getRun, { params: { id } });
  const [who, setWho] = useState<Move | null>(null);
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  if (data.moves.length === 0) return <p className="muted">{t('segments.nobodyMoved')}</p>;
  return (
    <>
      <table className="plain">
        <tbody>
          {data.moves.map((move) => (
            <tr key={`${move.dimension}-${move.from}-${move.to}`}>
              <th scope="row">{fieldName(move.dimension)}</th>
              <td>
                {valueName(move.dimension, move.from)} → {valueName(move.dimension, move.to)}
              </td>
              <td>
                <Button size="small" type="link" onClick={() => setWho(move)}>
                  {t('segments.nCustomers', { n: formatNumber(move.customers) })}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {who ? <WhoMoved id={id} move={who} onClose={() => setWho(null)} /> : null}
    </>
  );
}

function WhoMoved({ id, move, onClose }: { id: string; move: Move; onClose(): void }) {
  const { valueName } = useClassNames();
  const pages = usePages(runChanges, {
    params: { id },
    query: { dimension: move.dimension, limit: 50, from: move.from ?? '-', to: move.to ?? '-' },
  });
  return (
    <Modal
      open
      footer={null}
      title={`${valueName(move.dimension, move.from)} → ${valueName(move.dimension, move.to)}`}
      onCancel={onClose}
    >
      <ProblemAlert problem={pages.error} />
      {pages.isPending ? <Loading /> : null}
      <ul className="cards">
        {itemsOf(pages).map((item) => (
          <li className="list-row" key={item.customerId}>
            <Link to="/customers/$id" params={{ id: item.customerId }}>
              {item.name}
            </Link>
            <span className="muted">{item.number}</span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </Modal>
  );
}
