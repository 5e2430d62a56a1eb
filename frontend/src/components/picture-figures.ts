/** How a show's picture arrives at its viewers, and what encoding it takes: a line each in the studio. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../lib/text";

interface Rendition {
  name: string;
  on: boolean;
  load: number;
  drops: number;
}

interface Viewers {
  reports: number;
  stalls_per_hour: number | null;
  start_p50_ms: number | null;
  start_p95_ms: number | null;
  behind_p50_ms: number | null;
  forms: Record<string, number>;
}

export interface PictureFigures {
  encode_load: number;
  renditions: Rendition[];
  viewers: Viewers | null;
  /** Why nothing is recorded just now; empty while it is. */
  unrecorded?: string;
}

export function pictureFigures(picture: PictureFigures | null): TemplateResult | typeof nothing {
  if (!picture) return nothing;
  const { viewers } = picture;
  return html`
    ${viewers ? line(t("At the viewers"), ofViewers(viewers)) : nothing}
    ${picture.renditions.length ? line(t("Smaller pictures"), ofEncoding(picture)) : nothing}
  `;
}

/** What a host is told while the show is on and not recorded. */
export function whyUnrecorded(problem: string): string {
  if (problem === "store_full")
    return t("Nothing is recorded: your recordings have used up their room. Delete old ones.");
  if (problem === "house_full" || problem === "disk_full")
    return t("Nothing is recorded: the house has no room left for recordings.");
  return t("Nothing is recorded: the disk does not take it.");
}

function line(name: string, parts: string[]): TemplateResult {
  return html`<p class="state">
    <span class="badge">${name}</span>
    <span class="muted small-text figures">${parts.join(" · ")}</span>
  </p>`;
}

export function ofViewers(viewers: Viewers): string[] {
  const { start_p50_ms, start_p95_ms, behind_p50_ms, stalls_per_hour, reports } = viewers;
  const parts: string[] = [];
  if (start_p50_ms !== null && start_p95_ms !== null) {
    parts.push(
      t("Picture after {half} s, for 95 of 100 after {most} s", {
        half: seconds(start_p50_ms),
        most: seconds(start_p95_ms),
      }),
    );
  }
  if (behind_p50_ms !== null) {
    parts.push(t("{seconds} s behind the stage", { seconds: seconds(behind_p50_ms) }));
  }
  if (stalls_per_hour !== null) {
    parts.push(t("{n} stalls an hour", { n: stalls_per_hour.toFixed(1) }));
  }
  const forms = Object.entries(viewers.forms).sort(([, a], [, b]) => b - a);
  parts.push(...forms.map(([form, n]) => `${words(form)} ${Math.round((100 * n) / reports)} %`));
  return parts;
}

function ofEncoding({ encode_load, renditions }: PictureFigures): string[] {
  return [
    t("{share} % of a core", { share: (encode_load * 100).toFixed(0) }),
    ...renditions.map(({ name, on, drops }) => {
      if (!on) return t("{name} dropped: the machine is too busy", { name });
      return drops ? t("{name} was dropped {n} times", { name, n: String(drops) }) : name;
    }),
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function words(form: string): string {
  if (form === "source") return t("Original picture");
  if (form === "audio") return t("Sound alone");
  return form === "other" ? t("Another form") : form;
}
