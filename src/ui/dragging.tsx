import {
  Accessibility,
  type DragEndEvent,
  type Draggable,
  type DragOverEvent,
  type DragStartEvent,
  type Droppable,
} from '@dnd-kit/dom';
import { DragDropProvider } from '@dnd-kit/react';
import { type ComponentProps, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** What is said of a thing that is dragged or dropped upon: the `name` in its data. */
const nameOf = (item: Draggable | Droppable | null | undefined) =>
  String((item?.data as { name?: unknown })?.name ?? '');

/** A place where things are dragged; a screen reader is told of them by name and in the reader's language. */
export function Dragging(props: ComponentProps<typeof DragDropProvider>) {
  const { t } = useTranslation();
  const told = useMemo(
    () =>
      Accessibility.configure({
        screenReaderInstructions: { draggable: t('ui.dragging.instructions') },
        announcements: {
          dragstart: ({ operation: { source } }: DragStartEvent) => t('ui.dragging.taken', { name: nameOf(source) }),
          dragover: ({ operation: { source, target } }: DragOverEvent) =>
            // A thing lies upon itself until it has moved away.
            nameOf(target) === '' || target?.id === source?.id
              ? undefined
              : t('ui.dragging.over', { name: nameOf(source), target: nameOf(target) }),
          dragend: ({ operation: { source }, canceled }: DragEndEvent) =>
            t(canceled ? 'ui.dragging.cancelled' : 'ui.dragging.dropped', { name: nameOf(source) }),
        },
      }),
    [t],
  );
  return (
    <DragDropProvider
      plugins={(defaults) => [...defaults.filter((plugin) => plugin !== Accessibility), told]}
      {...props}
    />
  );
}
