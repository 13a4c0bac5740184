import { Dropdown, type MenuProps } from 'antd';
import type { ReactElement } from 'react';

/** What a button offers when pressed; by keyboard one stands on the first choice at once. */
export function Choices({ menu, children }: { menu: MenuProps; children: ReactElement }) {
  return (
    <Dropdown
      autoFocus
      trigger={['click']}
      menu={{
        ...menu,
        onClick: (choice) => {
          // The same Enter would press the button that a dialog opened by the choice puts under the focus: its close button.
          if (choice.domEvent.type === 'keydown') choice.domEvent.preventDefault();
          menu.onClick?.(choice);
        },
      }}
    >
      {children}
    </Dropdown>
  );
}
