// <fh-file for="logo"><label hidden><input type="file"></label></fh-file> writes a chosen file into a
// text field: an SVG as it is, anything else as a data: address.
import { define } from './dom';

class FileText extends HTMLElement {
  connectedCallback(): void {
    const label = this.querySelector('label');
    const input = this.querySelector('input');
    const target = document.getElementById(this.getAttribute('for') ?? '');
    if (!label || !input || !(target instanceof HTMLTextAreaElement)) return;
    label.hidden = false;
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (!file) return;
      const reader = new FileReader();
      reader.addEventListener('load', () => {
        target.value = String(reader.result);
      });
      if (file.type === 'image/svg+xml') reader.readAsText(file);
      else reader.readAsDataURL(file);
    });
  }
}

define('fh-file', FileText);
