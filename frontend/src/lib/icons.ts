/** Icons drawn in a 24 px square, the same hand as those of the pages. They are decoration; words carry the meaning. */
import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  bag: svg`<path d="M5 8h14l1 12H4zM9 10V7a3 3 0 0 1 6 0v3"/>`,
  basket: svg`<path d="M3 10h18l-2 10H5zM8 10l3-6m5 6-3-6M9.5 14v3m5-3v3"/>`,
  heart: svg`<path d="M12 20S3.5 15 3.5 9.2A4.7 4.7 0 0 1 12 6.5a4.7 4.7 0 0 1 8.5 2.7C20.5 15 12 20 12 20z"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  left: svg`<path d="m15 5-7 7 7 7"/>`,
  play: svg`<path d="M7 4.500v15l12-7.500z" fill="currentColor"/>`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.5"/>`,
  sound: svg`<path d="M4 9.500v5h4l5 4v-13l-5 4zM16.5 9a4.5 4.5 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11"/>`,
  muted: svg`<path d="M4 9.500v5h4l5 4v-13l-5 4zM17 9.500l5 5m0-5-5 5"/>`,
  full: svg`<path d="M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5"/>`,
  share: svg`<path d="M12 15V4m-4 4 4-4 4 4M6 12v7h12v-7"/>`,
  send: svg`<path d="M4 12 20 4l-5 16-3.5-6.500z"/>`,
  eye: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`,
  check: svg`<path d="m5 13 5 5 9-11"/>`,
  warning: svg`<path d="M12 4 2.5 20h19zM12 10v4m0 3v.01"/>`,
  pin: svg`<path d="M9 3h6l-1 7 4 3v2H6v-2l4-3zM12 15v6"/>`,
  trash: svg`<path d="M4 7h16M9 7V4h6v3m-9 0 1 13h10l1-13"/>`,
  ban: svg`<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>`,
  up: svg`<path d="m6 15 6-6 6 6"/>`,
  down: svg`<path d="m6 9 6 6 6-6"/>`,
  captions: svg`<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="M10.500 10.500a2.300 2.300 0 1 0 0 3M17 10.500a2.300 2.300 0 1 0 0 3"/>`,
  camera: svg`<rect x="3" y="6" width="12" height="12" rx="2"/><path d="m15 10 6-3v10l-6-3"/>`,
  tv: svg`<rect x="2.5" y="5" width="19" height="12.500" rx="2"/><path d="M8 21h8"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
};

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${PATHS[name]}</svg>`;
}
