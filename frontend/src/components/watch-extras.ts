/** What a watch page does without until its picture moves: the bag, buying, what floats over the picture, the other rooms. */
import { LhBag } from "./bag";
import { LhBuy } from "./buy";
import { LhCast } from "./cast";
import { LhCoupons } from "./coupons";
import { LhFollow } from "./follow";
import { LhHearts } from "./hearts";
import { LhProgramme } from "./programme";
import { LhRooms } from "./rooms";
import { LhToasts } from "./toasts";

customElements.define("lh-bag", LhBag);
customElements.define("lh-buy", LhBuy);
customElements.define("lh-cast", LhCast);
customElements.define("lh-coupons", LhCoupons);
customElements.define("lh-follow", LhFollow);
customElements.define("lh-hearts", LhHearts);
customElements.define("lh-programme", LhProgramme);
customElements.define("lh-rooms", LhRooms);
customElements.define("lh-toasts", LhToasts);
