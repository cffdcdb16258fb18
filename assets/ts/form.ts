// A form that was sent says so and is not sent twice (its idempotency key guards the server too).
// When the page came back with errors, the summary has the focus.

function busy(button: HTMLButtonElement): void {
  button.setAttribute('aria-busy', 'true');
  button.setAttribute('aria-disabled', 'true');
  const label = button.getAttribute('data-busy');
  if (!label) return;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute('data-idle', button.textContent ?? '');
  button.textContent = label;
}

function idle(button: HTMLButtonElement): void {
  button.removeAttribute('aria-busy');
  button.removeAttribute('aria-disabled');
  const label = button.getAttribute('data-idle');
  if (label === null) return;
  button.textContent = label;
  button.removeAttribute('data-idle');
}

document.addEventListener('submit', (event) => {
  const submitter = event.submitter;
  if (!(submitter instanceof HTMLButtonElement) || event.defaultPrevented) return;
  if (submitter.getAttribute('aria-disabled') === 'true') {
    event.preventDefault();
    return;
  }
  // After the browser has collected the form: a disabled look must not drop the button's value.
  setTimeout(() => busy(submitter));
});

// A page restored from the back-forward cache has its buttons as they were left.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  document.querySelectorAll<HTMLButtonElement>('button[aria-busy]').forEach(idle);
});
document.addEventListener('htmx:after:request', () => {
  document.querySelectorAll<HTMLButtonElement>('button[aria-busy]').forEach(idle);
});

// A link or button that is blocked is announced and focusable, but does nothing.
document.addEventListener(
  'click',
  (event) => {
    const blocked = (event.target as Element).closest?.("[aria-disabled='true']");
    if (blocked) event.preventDefault();
  },
  true,
);

document.querySelector<HTMLElement>('[data-error-summary]')?.focus();
