// <fh-reveal for="password"><button hidden>Show</button></fh-reveal> shows and hides a password.
import { define } from './dom';

class Reveal extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector('button');
    const input = document.getElementById(this.getAttribute('for') ?? '');
    if (!button || !(input instanceof HTMLInputElement)) return;
    button.hidden = false;
    const show = (visible: boolean): void => {
      input.type = visible ? 'text' : 'password';
      button.textContent = visible ? 'Hide' : 'Show';
      button.setAttribute('aria-label', visible ? 'Hide password' : 'Show password');
    };
    show(false);
    button.addEventListener('click', () => show(input.type === 'password'));
    // A password is never sent from a field of type text: browsers would offer it again as history.
    input.form?.addEventListener('submit', () => show(false));
  }
}

define('fh-reveal', Reveal);
