// <fh-copy text="…"><button hidden>Copy</button></fh-copy>
// Shows its button only where the clipboard can be written, and says when it was.
import { define } from './dom';

const CONFIRMATION_MS = 2000;

class Copy extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector('button');
    const label = button?.querySelector('[data-label]');
    if (!button || !label || !navigator.clipboard) return;
    const before = label.textContent;
    label.setAttribute('aria-live', 'polite');
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(this.getAttribute('text') ?? '');
        label.textContent = 'Copied';
      } catch {
        label.textContent = 'Press Ctrl+C';
        getSelection()?.selectAllChildren(this.previousElementSibling ?? this);
      }
      setTimeout(() => (label.textContent = before), CONFIRMATION_MS);
    });
  }
}

define('fh-copy', Copy);
