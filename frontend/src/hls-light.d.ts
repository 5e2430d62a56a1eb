/** The lighter build of hls.js has the same surface as the full one for all that we use. */
declare module "hls.js/light" {
  export { AbrController, default, type Hls } from "hls.js";
}
