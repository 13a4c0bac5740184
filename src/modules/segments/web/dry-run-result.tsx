import { Link } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { type dryRun, dryRunCustomers, type RulesConfig } from '../schemes-contract.ts';
import type { Ruled } from '../spec.ts';
import { useClassNames } from './shared.tsx';

interface Move {
  from: string | null;
  to: string | null;
}

/** What the rules would do: "37 would move up, 12 down", and who. */
export function DryRunResult({
  dimension,
  config,
  result,
}: {
  dimension: Ruled;
  config: RulesConfig;
  result: ResponseOf<typeof dryRun>;
}) {
  const { t } = useTranslation();
  const { valueName } = useClassNames();
  const [who, setWho] = useState<Move | null>(null);
  return (
    <section className="panel" aria-labelledby="dry-run" aria-live="polite">
      <h2 id="dry-run">{t('segments.dryRunTitle')}</h2>
      <p>
        {t('segments.dryRunSum', {
          up: formatNumber(result.up),
          down: formatNumber(result.down),
          fresh: formatNumber(result.fresh),
          kept: formatNumber(result.kept),
        })}
      </p>
      <table className="plain">
        <tbody>
          {result.moves.map((move) => (
            <tr key={`${move.from}-${move.to}`}>
              <th scope="row">
                {valueName(dimension, move.from)} → {valueName(dimension, move.to)}
              </th>
              <td>
                <Button size="small" type="link" onClick={() => setWho(move)}>
                  {t('segments.nCustomers', { n: formatNumber(move.customers) })}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {who ? <Who dimension={dimension} config={config} move={who} onClose={() => setWho(null)} /> : null}
    </section>
  );
}

function Who({
  dimension,
  config,
  move,
  onClose,
}: {
  dimension: Ruled;
  config: RulesConfig;
  move: Move;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { valueName } = useClassNames();
  const { mutateAsync, isPending, error } = useSend(dryRunCustomers);
  const [items, setItems] = useState<{ id: string; number: string; name: string }[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const load = (after?: string) =>
    mutateAsync({
      params: { dimension },
      body: { config, from: move.from, to: move.to, ...(after ? { cursor: after } : {}) },
    }).then(
      (page) => {
        setItems((before) => (after ? [...before, ...page.items] : page.items));
        setCursor(page.nextCursor);
      },
      () => {},
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once for one move; the first page is read then.
  useEffect(() => void load(), []);
  return (
    <Modal
      open
      footer={null}
      title={`${valueName(dimension, move.from)} → ${valueName(dimension, move.to)}`}
      onCancel={onClose}
    >
      <ProblemAlert problem={error} />
      {isPending && items.length === 0 ? <Loading /> : null}
      <ul className="cards">
        {items.map((item) => (
          <li className="list-row" key={item.id}>
            <Link to="/customers/$id" params={{ id: item.id }}>
              {item.name}
            </Link>
            <span className="muted">{item.number}</span>
          </li>
        ))}
      </ul>
      {cursor ? (
        <Button loading={isPending} onClick={() => void load(cursor)}>
          {t('ui.more')}
        </Button>
      ) : null}
    </Modal>
  );
}
