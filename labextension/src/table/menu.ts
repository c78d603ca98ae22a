/** Menus that are made as they are opened: JupyterLab's own, so that keyboard and theme are right. */
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';

/** One entry; a null is a line between entries. */
export interface MenuEntry {
  label: string;
  isToggled?: boolean;
  isEnabled?: boolean;
  act(): void;
}

/** Open a menu below an element. */
export function openMenu(
  below: Element,
  entries: readonly (MenuEntry | null)[]
): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  entries.forEach((entry, index) => {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const command = `entry-${index}`;
    commands.addCommand(command, {
      label: entry.label,
      isToggled: () => entry.isToggled ?? false,
      isToggleable: entry.isToggled !== undefined,
      isEnabled: () => entry.isEnabled ?? true,
      execute: () => entry.act()
    });
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(() => {
    // The chosen command runs after the menu has closed.
    setTimeout(() => menu.dispose());
    if (below instanceof HTMLElement) {
      below.focus();
    }
  });
  const { left, bottom } = below.getBoundingClientRect();
  menu.open(left, bottom);
}
