import { Suspense } from 'react';
import { useCan } from './session.tsx';
import { useSlots } from './slots.tsx';

/** Button that exports records of a registered source; nothing for who may not export. */
export function ExportSheet({ source, query }: { source: string; query: Record<string, unknown> }) {
  const can = useCan();
  const offered = useSlots().sheetExports.filter((item) => !item.permission || can(item.permission));
  return (
    <Suspense fallback={null}>
      {offered.map(({ key, component: Part }) => (
        <Part key={key} source={source} query={query} />
      ))}
    </Suspense>
  );
}
