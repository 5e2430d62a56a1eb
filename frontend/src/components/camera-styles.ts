/** How the camera of the studio is laid out. */
import { css } from "lit";

export const cameraStyles = css`
  .camera {
    display: grid;
    gap: var(--gap-3);
    padding: var(--gap-4);
  }
  .picture {
    position: relative;
    aspect-ratio: 16 / 9;
    border-radius: var(--radius);
    overflow: hidden;
    background: #000;
  }
  video {
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  video.mirrored {
    transform: scaleX(-1);
  }
  .hidden {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--gap-2);
    color: #fff;
  }
  .choices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr));
    gap: var(--gap-3);
  }
  label {
    display: grid;
    gap: var(--gap-1);
    min-width: 0;
    font-size: var(--size-small);
    color: var(--text-muted);
  }
  select {
    width: 100%;
    min-height: 2.75rem;
    padding: 0 var(--gap-3);
    border: 1px solid var(--line-strong, var(--line));
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    text-overflow: ellipsis;
  }
  meter {
    width: 100%;
    height: 0.75rem;
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1) var(--gap-4);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }
  .trouble {
    padding: var(--gap-2) var(--gap-3);
    border: 1px solid var(--bad);
    border-radius: var(--radius-small);
    background: var(--bad-soft);
  }
`;
