/** How loud a microphone is, ten times a second, between 0 and 1 as people hear it. */

const EVERY_MS = 100;
const FLOOR_DB = -60;

/** Loudness of samples as a share of a meter that ends at -60 dB. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const level = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 - level / FLOOR_DB));
}

/** Listens until it is stopped; where sound cannot be measured it stays silent. */
export function measure(stream: MediaStream, heard: (level: number) => void): () => void {
  if (!stream.getAudioTracks().length || typeof AudioContext === "undefined")
    return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    heard(loudness(samples));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}
