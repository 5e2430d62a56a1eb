/** hls.js, with our own choice among the sizes of a live picture (see decision 0165). */
import type Hls from "hls.js";
import type { Events, FragBufferedData, FragLoadedData } from "hls.js";
import HlsPlayer, { AbrController } from "hls.js/light";
import { changesNow, LineEstimate } from "./line";

export default HlsPlayer;

/** Where two places of the picture are the same. */
const SAME_SECONDS = 0.05;

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
    const { hls } = this;
    const buffered = hls.mainForwardBufferInfo;
    const wish = super.nextAutoLevel;
    return buffered && !this.#changes(wish, buffered.end, buffered.len) ? hls.loadLevel : wish;
  }

  override set nextAutoLevel(level: number) {
    super.nextAutoLevel = level;
  }

  protected override onFragLoaded(event: Events.FRAG_LOADED, data: FragLoadedData): void {
    super.onFragLoaded(event, data);
    const { frag, part } = data;
    if (!part) return;
    const { loading, loaded } = part.stats;
    const waited = Math.min(loading.first - loading.start, this.bwEstimator.getEstimateTTFB());
    const tookMs = loading.end - loading.start - waited;
    this.bwEstimator.sample(tookMs, loaded);
    // hls.js loads a segment that it has begun to its end, also on a line that is too slow for it.
    const { hls } = this;
    const wish = super.nextAutoLevel;
    const ahead = part.end - (hls.media?.currentTime ?? part.end);
    const isLeft = hls.autoLevelEnabled && frag.level === hls.loadLevel && wish < hls.loadLevel;
    if (!isLeft || !this.#changes(wish, part.end, ahead)) return;
    // An average that falls is still too high: what this part has come with, the size must fit.
    const fits = hls.levels.findLastIndex((one) => one.averageBitrate * tookMs < loaded * 8_000);
    hls.nextLoadLevel = hls.nextAutoLevel = Math.max(Math.min(wish, fits), hls.minAutoLevel);
    // The next part is asked for when this has been told.
    queueMicrotask(() => frag.abortRequests());
  }

  protected override onFragBuffered(event: Events.FRAG_BUFFERED, data: FragBufferedData): void {
    // Parts have been counted as they came.
    if (!data.part) super.onFragBuffered(event, data);
  }

  /** Whether to take up another size where what is loaded ends, or only at the next segment. */
  #changes(wish: number, loadedTo: number, aheadSeconds: number): boolean {
    const { levels, loadLevel, latestLevelDetails: details } = this.hls;
    const [now, other] = [levels[loadLevel], levels[wish]];
    if (!now || !other || now === other || !details?.partList) return true;
    // What has failed is left at once.
    if (now.loadError || now.fragmentError) return true;
    const segmentSeconds = details.averagetargetduration ?? details.targetduration;
    // How long the segment becomes that is not whole yet, only the others tell.
    const ends = details.fragments.find(({ end }) => end > loadedTo - SAME_SECONDS)?.end;
    return changesNow({
      restSeconds: (ends ?? details.fragmentEnd + segmentSeconds) - loadedTo,
      segmentSeconds,
      aheadSeconds,
      rate: now.averageBitrate,
      otherRate: other.averageBitrate,
      estimate: this.bwEstimator.getEstimate(),
    });
  }
}
