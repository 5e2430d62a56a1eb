/** hls.js, with our own choice among the sizes of a live picture. */
import HlsPlayer, { AbrController, type Hls } from "hls.js/light";
import { changesNow, LineEstimate } from "./line";

export default HlsPlayer;

export class LiveSizes extends AbrController {
  constructor(hls: Hls) {
    super(hls);
    this.resetEstimator();
  }

  override resetEstimator(bitsPerSecond?: number): void {
    super.resetEstimator(bitsPerSecond);
    const estimate = new LineEstimate(this.hls.config.abrEwmaDefaultEstimate);
    // The class of hls.js has private members, which no other can have.
    this.bwEstimator = estimate as unknown as typeof this.bwEstimator;
  }

  override get nextAutoLevel(): number {
    const wish = super.nextAutoLevel;
    const { hls } = this;
    const details = hls.latestLevelDetails;
    const buffered = hls.mainForwardBufferInfo;
    const [now, other] = [hls.levels[hls.loadLevel], hls.levels[wish]];
    if (!now || !other || now === other || !details?.partList || !buffered) return wish;
    const segment = details.fragments.find(({ end }) => end > buffered.end - 0.05);
    return changesNow({
      bufferedTo: buffered.end,
      // Of the segment that is not whole yet, only what there is of it is known.
      segmentEnds:
        segment?.end ??
        details.fragmentEnd + (details.averagetargetduration ?? details.targetduration),
      aheadSeconds: buffered.len,
      rate: now.maxBitrate,
      otherRate: other.maxBitrate,
      estimate: this.bwEstimator.getEstimate(),
    })
      ? wish
      : hls.loadLevel;
  }

  override set nextAutoLevel(level: number) {
    super.nextAutoLevel = level;
  }
}
