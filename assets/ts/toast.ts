// <fh-toast> leaves after six seconds, but waits while it is pointed at or focused. A failure
// (role="alert") stays until it is closed.
import { define } from './dom';

const VISIBLE_MS = 6000;

class Toast extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.querySelector<HTMLElement>('[data-dismiss]')?.removeAttribute('hidden');
    this.addEventListener('click', (event) => {
      if ((event.target as Element).closest('[data-dismiss]')) this.remove();
    });
    if (this.getAttribute('role') === 'alert') return;
    this.addEventListener('pointerenter', () => this.wait());
    this.addEventListener('focusin', () => this.wait());
    this.addEventListener('pointerleave', () => this.start());
    this.addEventListener('focusout', () => this.start());
    this.start();
  }

  disconnectedCallback(): void {
    this.wait();
  }

  private start(): void {
    this.wait();
    this.timer = window.setTimeout(() => this.remove(), VISIBLE_MS);
  }

  private wait(): void {
    clearTimeout(this.timer);
  }
}

define('fh-toast', Toast);
