/** `<lh-channels>`: the other platforms of a show, in the studio: how each is doing, start and stop. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { getJson, postJson } from "../lib/http";
import { Lookout } from "../lib/lookout";
import { shared } from "../lib/shared-styles";
import { t } from "../lib/text";

const LOOK_MS = 2_000;

/** As `/api/shows/{slug}/channels` tells it. */
interface ChannelInfo {
  id: string;
  name: string;
  is_on: boolean;
  state: "waiting" | "connecting" | "live" | "lost" | "refused" | "ended";
  /** A code, also while it is live and not all is well. */
  problem: string;
  kbps: number;
}

interface ChannelList {
  channels: ChannelInfo[];
}

export class LhChannels extends LitElement {
  static override properties = {
    slug: {},
    console: {},
    _channels: { state: true },
    _busy: { state: true },
  };

  declare slug: string;
  /** Where platforms are added. */
  declare console: string;
  declare _channels: ChannelInfo[];
  declare _busy: boolean;

  constructor() {
    super();
    this.slug = "";
    this.console = "";
    this._channels = [];
    this._busy = false;
    new Lookout(this, LOOK_MS, () => this.#look());
  }

  async #look(): Promise<void> {
    if (!this.slug || this._busy) return;
    this._channels = (await getJson<ChannelList>(`/api/shows/${this.slug}/channels`)).channels;
  }

  async #press(channel: ChannelInfo, action: "start" | "stop"): Promise<void> {
    this._busy = true;
    try {
      const path = `/api/shows/${this.slug}/channels/${channel.id}/${action}`;
      this._channels = ((await postJson(path, {})) as ChannelList).channels;
    } catch {
      // The next look tells how it stands.
    } finally {
      this._busy = false;
    }
  }

  protected override render(): TemplateResult {
    return html`<details ?open=${this._channels.length > 0}>
      <summary>${t("Other platforms")}</summary>
      ${
        this._channels.length
          ? html`<ul>${this._channels.map((one) => this.#row(one))}</ul>`
          : html`<p class="muted small-text">${t("This room is shown only here.")}</p>`
      }
      ${this.console ? html`<a class="small-text" href=${this.console}>${t("Add or delete platforms")}</a>` : nothing}
    </details>`;
  }

  #row(channel: ChannelInfo): TemplateResult {
    const runs = channel.is_on && channel.state !== "refused";
    const press = () => void this.#press(channel, runs ? "stop" : "start");
    const words = runs ? t("Stop sending") : t("Start sending");
    return html`<li>
      <span class="name">${channel.name}</span> ${this.#state(channel)}
      <button class="button small" ?disabled=${this._busy} aria-label=${`${words}: ${channel.name}`} @click=${press}>
        ${words}
      </button>
      ${channel.problem ? html`<small class="why muted">${reason(channel.problem)}</small>` : nothing}
    </li>`;
  }

  #state(channel: ChannelInfo): TemplateResult {
    if (!channel.is_on) return html`<span class="badge">${t("Off")}</span>`;
    switch (channel.state) {
      case "live":
        return html`<span class="badge good">${t("On air")}</span>
          <span class="figures small-text">${channel.kbps} kbit/s</span>`;
      case "refused":
        return html`<span class="badge bad">${t("Given up")}</span>`;
      case "lost":
        return html`<span class="badge warn">${t("Trying again")}</span>`;
      case "ended":
        return html`<span class="badge info">${t("With the next show")}</span>`;
      default:
        return html`<span class="badge info">${t("Connecting")}</span>`;
    }
  }

  static override styles = [
    ...shared,
    css`
      summary {
        cursor: pointer;
        font-weight: 650;
      }
      ul {
        display: grid;
        gap: var(--gap-2);
        margin: var(--gap-2) 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-2);
      }
      .why {
        flex-basis: 100%;
      }
      .name {
        flex: 1;
        min-width: 6rem;
      }
    `,
  ];
}

/** The same words as in the console. */
function reason(problem: string): string {
  switch (problem) {
    case "unreachable":
      return t("Nobody answers at this address.");
    case "not_allowed":
      return t("The platform refuses the key.");
    case "refused":
      return t("The platform closes the connection: is the key right, is the broadcast open?");
    case "lost":
      return t("The connection was lost.");
    case "too_slow":
      return t("The connection is too slow.");
    case "wrong_address":
      return t("There is no WHIP server at this address, or it is not secure (https).");
    case "busy":
      return t("The platform cannot take it now.");
    case "no_path":
      return t("The platform answers, but no picture gets through: is UDP blocked?");
    case "out_of_order":
      return t("WHIP does not take B-frames: switch them off in the encoder.");
    case "lossy":
      return t("Much is lost on the way: is the connection fast enough?");
    case "private_address":
      return t("Addresses of our own network are not allowed.");
    case "key_lost":
      return t("The key of this channel can no longer be read. Delete it and add it again.");
    default:
      return problem;
  }
}
