// <fh-time relative><time datetime="…">22 Nov 2026, 10:41 UTC</time></fh-time>
// The title says the exact time where the reader is. With `relative`, a time of the last seven days
// reads "2 minutes ago"; older ones keep the server's text.
import { define } from './dom';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function words(elapsed: number, language: string): string | null {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' });
  if (elapsed < -MINUTE || elapsed >= 7 * DAY) return null;
  if (elapsed < MINUTE) return format.format(0, 'second');
  if (elapsed < HOUR) return format.format(-Math.floor(elapsed / MINUTE), 'minute');
  if (elapsed < DAY) return format.format(-Math.floor(elapsed / HOUR), 'hour');
  return format.format(-Math.floor(elapsed / DAY), 'day');
}

class Time extends HTMLElement {
  private timer = 0;
  private written: string | null = null;

  connectedCallback(): void {
    const time = this.querySelector('time');
    const at = Date.parse(time?.dateTime ?? '');
    if (!time || Number.isNaN(at)) return;
    const language = document.documentElement.lang || 'en';
    const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' });
    time.title = exact.format(at);
    if (!this.hasAttribute('relative')) return;
    this.written ??= time.textContent;
    const update = (): void => {
      time.textContent = words(Date.now() - at, language) ?? this.written;
    };
    update();
    this.timer = window.setInterval(update, MINUTE);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }
}

define('fh-time', Time);
