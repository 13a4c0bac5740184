/**
 * Tab leaves an open list of several choices, as it leaves every other input. By itself the list takes Tab for a choice: it ticked or
 * unticked the option it stood on, and the keyboard did not get away.
 */
export function letTabLeaveLists(): void {
  document.addEventListener(
    'keydown',
    (event) => {
      const { target, key } = event;
      if (key === 'Tab' && target instanceof Element && target.closest('.ant-select-multiple.ant-select-open'))
        event.stopPropagation();
    },
    true,
  );
}
