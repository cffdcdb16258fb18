// <details class="menu"> opens by itself; this closes it: on Escape, on a click elsewhere, and when
// another one opens.

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
