// <details class="menu"> opens by itself; this closes it: on Escape, on a click elsewhere, and when
// another one opens. In a table, which scrolls and would cut it off, it is laid over the page.

const openMenus = () => document.querySelectorAll<HTMLDetailsElement>('details.menu[open]');

document.addEventListener('click', (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  openMenus().forEach((menu) => {
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
});

document.addEventListener('focusin', (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  });
});

function layOver(menu: HTMLDetailsElement): void {
  const button = menu.querySelector('summary')?.getBoundingClientRect();
  const panel = menu.querySelector<HTMLElement>('.menu-panel');
  if (!button || !panel) return;
  panel.style.position = 'fixed';
  panel.style.inset = 'auto';
  panel.style.left = `${Math.max(8, button.right - panel.offsetWidth)}px`;
  const fits = button.bottom + panel.offsetHeight + 8 <= innerHeight;
  panel.style.top = `${fits ? button.bottom + 4 : button.top - panel.offsetHeight - 4}px`;
}

document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target;
    if (menu instanceof HTMLDetailsElement && menu.open && menu.closest('.table-wrap')) layOver(menu);
  },
  true,
);

// It stays with its button when anything scrolls.
document.addEventListener(
  'scroll',
  () => document.querySelectorAll<HTMLDetailsElement>('.table-wrap details.menu[open]').forEach(layOver),
  { capture: true, passive: true },
);
