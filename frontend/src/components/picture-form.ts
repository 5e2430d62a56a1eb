/** How a show's picture goes out: its delay and its sizes, chosen in the studio before it is on. */
import { html, nothing, type TemplateResult } from "lit";
import type { PictureForm } from "../generated/wire";
import { t } from "../lib/text";

export type FormWish = Pick<PictureForm, "profile" | "sizes">;

export function pictureForm(form: PictureForm, choose: (wish: FormWish) => void): TemplateResult {
  const { profile, sizes, frozen } = form;
  const delays: [PictureForm["profile"], string][] = [
    ["", t("As this house usually does")],
    ["default", t("About a second and a half behind, kind to caches")],
  ];
  if (form.offers_fast) {
    delays.push(["fast", t("About a second behind, for twice as many requests")]);
  }
  return html`
    <label>
      ${t("Delay")}
      <select ?disabled=${frozen} @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value as PictureForm["profile"];
        choose({ profile: chosen, sizes });
      }}>
        ${delays.map(
          ([value, words]) =>
            html`<option value=${value} ?selected=${value === profile}>${words}</option>`,
        )}
      </select>
    </label>
    ${
      form.offers_sizes
        ? html`<label class="check">
          <input type="checkbox" ?disabled=${frozen} .checked=${!sizes}
            @change=${(event: Event) =>
              choose({ profile, sizes: !(event.target as HTMLInputElement).checked })} />
          ${t("Only in its own size: costs the server less, but slow lines get the sound alone")}
        </label>`
        : nothing
    }
    ${
      frozen
        ? html`<p class="muted small-text">
          ${t("This can be changed while the show is not on: players keep what they began with.")}
        </p>`
        : nothing
    }
  `;
}
