/** `<lh-rooms>`: the other rooms of the night, beside the `<lh-watch>` that stands before it: jump there, and back. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { CompanionRoom, Companions, WatchedShow } from "../generated/wire";
import { formatCount } from "../lib/format";
import { getJson } from "../lib/http";
import { icon } from "../lib/icons";
import { shared } from "../lib/shared-styles";
import { t, tn } from "../lib/text";
import type { LhWatch } from "./watch";

const NEWS_MS = 5_000;

interface Invited {
  slug: string;
  text: string;
}

export class LhRooms extends LitElement {
  static override properties = {
    slug: {},
    _rooms: { state: true },
    _together: { state: true },
    _invited: { state: true },
  };

  /** The show whose page this is; later the one that was jumped to. */
  declare slug: string;
  declare _rooms: CompanionRoom[];
  declare _together: number;
  declare _invited: Invited | null;

  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #met = new Set<string>();

  constructor() {
    super();
    this.slug = "";
    this._rooms = [];
    this._together = 0;
    this._invited = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.parentElement?.addEventListener("invited", this.#invited);
    // A stage may have called before we were there.
    for (const one of this.#watches) if (one.invite) this.#hear(one);
    this.#timer = setInterval(() => void this.#ask(), NEWS_MS);
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.parentElement?.removeEventListener("invited", this.#invited);
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const { slug } = this;
    try {
      const found = await getJson<Companions>(`/api/shows/${slug}/companions`);
      if (slug !== this.slug) return;
      this._rooms = found.rooms;
      this._together = found.together;
      this.#meet(found.rooms);
      this.#expect();
    } catch {
      // The show is of use without its neighbours; the next asking comes in a moment.
    }
  }

  get #watches(): LhWatch[] {
    return [...(this.parentElement?.querySelectorAll<LhWatch>(":scope > lh-watch") ?? [])];
  }

  /** A stage calls: into another room, or with an empty slug back to itself. */
  readonly #invited = (event: Event): void => this.#hear(event.target as LhWatch);

  #hear({ invite, show }: LhWatch): void {
    const slug = invite ? invite.slug || (show?.slug ?? "") : "";
    this._invited = invite && slug !== this.slug ? { slug, text: invite.text } : null;
    this.#expect();
  }

  /** Who is called will probably go. */
  #expect(): void {
    const room = this._rooms.find((one) => one.show.slug === this._invited?.slug);
    if (room?.show.run) this.#ready(room.show);
  }

  /** Go there: the room that was large stays in the corner, with its picture and without its sound. */
  #jump(show: WatchedShow): void {
    const all = this.#watches;
    const large = all.find((one) => !one.corner && one.show?.slug !== show.slug);
    const there = this.#ready(show);
    for (const one of all) if (one !== large && one !== there) one.remove();
    there.hidden = false;
    there.outside = false;
    if (large && large !== there) this.#toCorner(large);
    there.corner = false;
    there.onclick = null;
    this.slug = show.slug;
    this._invited = null;
    this._rooms = this._rooms.filter((one) => one.show.slug !== show.slug);
    history.replaceState(null, "", `/shows/${show.slug}`);
    document.title = show.title;
    void this.#ask();
  }

  /** The other room's picture, unseen, as soon as somebody is called there or reaches for its door: so it is there
   * at the tap. Only who goes there enters the room and is counted. */
  #ready(show: WatchedShow): LhWatch {
    const known = this.#watches.find((one) => one.show?.slug === show.slug);
    if (known) return known;
    for (const one of this.#watches) if (one.hidden) one.remove();
    const made = document.createElement("lh-watch") as LhWatch;
    made.show = show;
    made.corner = true;
    made.outside = true;
    made.hidden = true;
    this.before(made);
    return made;
  }

  /** The names and doors of the other hosts that rooms come from are looked up before anybody goes there. */
  #meet(rooms: readonly CompanionRoom[]): void {
    for (const { show } of rooms) {
      const { origin } = new URL(show.addresses?.video ?? "", location.href);
      if (origin === location.origin || this.#met.has(origin)) continue;
      this.#met.add(origin);
      const link = document.createElement("link");
      link.rel = "preconnect";
      link.href = origin;
      link.crossOrigin = "anonymous";
      document.head.append(link);
    }
  }

  #toCorner(watch: LhWatch): void {
    watch.corner = true;
    watch.onclick = () => {
      if (watch.corner && watch.show) this.#jump(watch.show);
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this._rooms.length) return nothing;
    return html`<nav aria-label=${t("Rooms of this night")}>
        ${this._rooms.map((room) => this.#door(room))}
        ${
          this._together
            ? html`<span class="figures" title=${tn("{n} person in all rooms", "{n} people in all rooms", this._together)}>
              ${icon("eye")}${formatCount(this._together)}</span>`
            : nothing
        }
      </nav>
      ${this.#invitation()}`;
  }

  #door(room: CompanionRoom): TemplateResult {
    const open = room.show.run !== null;
    const ready = () => open && this.#ready(room.show);
    return html`<button class="button small" ?disabled=${!open} @pointerenter=${ready} @pointerdown=${ready} @focus=${ready}
      @click=${() => this.#jump(room.show)}>
      ${kindWords(room)}
    </button>`;
  }

  #invitation(): TemplateResult | typeof nothing {
    const invited = this._invited;
    const room = this._rooms.find((one) => one.show.slug === invited?.slug);
    if (!invited || !room?.show.run) return nothing;
    return html`<div class="invitation" role="status">
      <p>${invited.text || room.show.title}</p>
      <button class="button primary" @click=${() => this.#jump(room.show)}>
        ${room.kind === "stage" ? t("Back to the stage") : t("Go there")}
      </button>
      <button class="button quiet icon" aria-label=${t("Close")} @click=${() => {
        this._invited = null;
      }}>${icon("close")}</button>
    </div>`;
  }

  static override styles = [
    ...shared,
    css`
      :host {
        position: absolute;
        z-index: 20;
        inset: calc(env(safe-area-inset-top) + 12.25rem) 0.75rem auto auto;
        display: grid;
        gap: var(--gap-2);
        justify-items: end;
        width: max-content;
        max-width: calc(100% - 2rem);
        pointer-events: none;
      }
      nav,
      .invitation {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: var(--gap-2);
        pointer-events: auto;
      }
      nav span {
        display: flex;
        align-items: center;
        gap: var(--gap-1);
        color: #fff;
        text-shadow: 0 0 4px #000;
      }
      .invitation {
        padding: var(--gap-2) var(--gap-4);
        border-radius: var(--radius-large);
        background: var(--surface-raised);
        box-shadow: var(--shadow-high);
      }
      @media (width < 64rem) {
        nav span {
          display: none;
        }
      }
      @media (width >= 64rem) {
        :host {
          inset: 0.75rem auto auto 40%;
          transform: translateX(-50%);
          justify-items: center;
        }
      }
    `,
  ];
}

export function kindWords(room: CompanionRoom): string {
  switch (room.kind) {
    case "stage":
      return t("Back to the stage");
    case "deal":
      return t("Deal room");
    case "backstage":
      return t("Backstage");
    case "language":
      return room.show.title;
  }
}
