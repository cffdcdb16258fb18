// On a narrow screen the sidebar opens as a drawer. Its content is moved, not copied, so that ids
// stay unique. Without JavaScript the link leads to a page with the same navigation.
import { isPlainClick } from './dom';

function openDrawer(sidebar: Element): void {
  const drawer = document.createElement('dialog');
  drawer.className = 'drawer';
  drawer.setAttribute('aria-label', sidebar.getAttribute('aria-label') ?? 'Navigation');
  drawer.append(...sidebar.children);
  drawer.addEventListener('close', () => {
    sidebar.append(...drawer.children);
    drawer.remove();
  });
  drawer.addEventListener('click', (event) => {
    if (event.target === drawer) drawer.close();
  });
  document.body.append(drawer);
  drawer.showModal();
}

document.addEventListener('click', (event) => {
  const opener = (event.target as Element).closest?.('[data-drawer]');
  const sidebar = opener && document.getElementById(opener.getAttribute('data-drawer') ?? '');
  if (!sidebar || !isPlainClick(event)) return;
  event.preventDefault();
  openDrawer(sidebar);
});
