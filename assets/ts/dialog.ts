// <fh-dialog><a href="/t/acme/keys/new">Create API key…</a></fh-dialog>
// Opens the page behind its link as a dialog: the server is asked for the fragment. Without
// JavaScript, or when the fragment does not come, the link is just followed.
import { define, isPlainClick } from './dom';

declare const htmx: { process(element: Element): void } | undefined;

function sharedDialog(): HTMLDialogElement {
  const existing = document.querySelector<HTMLDialogElement>('dialog#dialog');
  if (existing) return existing;
  const dialog = document.createElement('dialog');
  dialog.id = 'dialog';
  dialog.className = 'dialog';
  dialog.addEventListener('close', () => dialog.replaceChildren());
  document.body.append(dialog);
  return dialog;
}

async function fetchFragment(url: string): Promise<DocumentFragment | null> {
  const headers = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
  const response = await fetch(url, { headers, credentials: 'same-origin' });
  if (!response.ok || response.redirected) return null;
  const parsed = new DOMParser().parseFromString(await response.text(), 'text/html');
  const fragment = document.createDocumentFragment();
  fragment.append(...parsed.body.children);
  return fragment;
}

class Dialog extends HTMLElement {
  connectedCallback(): void {
    const link = this.querySelector('a');
    link?.setAttribute('aria-haspopup', 'dialog');
    link?.addEventListener('click', (event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      void this.open(link);
    });
  }

  private async open(link: HTMLAnchorElement): Promise<void> {
    link.setAttribute('aria-busy', 'true');
    const fragment = await fetchFragment(link.href).catch(() => null);
    link.removeAttribute('aria-busy');
    if (!fragment) {
      location.href = link.href;
      return;
    }
    const dialog = sharedDialog();
    dialog.replaceChildren(fragment);
    dialog.ariaLabel = dialog.querySelector('#dialog-title')?.textContent ?? link.textContent;
    if (typeof htmx !== 'undefined') htmx.process(dialog);
    dialog.showModal();
  }
}

document.addEventListener('click', (event) => {
  const close = (event.target as Element).closest?.('[data-close]');
  const dialog = close?.closest('dialog');
  if (!dialog || !isPlainClick(event)) return;
  event.preventDefault();
  dialog.close();
});

define('fh-dialog', Dialog);
