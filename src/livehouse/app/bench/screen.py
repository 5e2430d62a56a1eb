"""What a browser shows, read from inside the page: the clock burnt into the stage's picture.

The geometry is that of `livehouse.media.timecode`.
"""

# Looks through the shadow roots of our components for an element by its name.
FIND = """
const find = (name, root = document) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.tagName === name) return element;
    const within = element.shadowRoot && find(name, element.shadowRoot);
    if (within) return within;
  }
  return null;
};
"""
FIND_VIDEO = FIND + 'const video = find("VIDEO");'
# `burnt()` is the moment (ms since 1970) in the picture, 0 where there is none.
BURNT = (
    FIND_VIDEO
    + """
const drawing = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const burnt = () => {
  if (!video || !video.videoWidth || video.readyState < 2) return 0;
  const width = video.videoWidth, band = Math.max(12, Math.floor(video.videoHeight / 45 / 2) * 2);
  const cell = Math.floor(Math.floor(width / 48) / 2) * 2;
  drawing.canvas.width = width; drawing.canvas.height = band;
  drawing.drawImage(video, 0, 0, width, band, 0, 0, width, band);
  const row = drawing.getImageData(0, Math.floor(band / 2), width, 1).data;
  let at = 0;
  for (let bit = 0; bit < 48; bit += 1) {
    at = at * 2 + (row[4 * (bit * cell + Math.floor(cell / 2))] > 128 ? 1 : 0);
  }
  return at;
};
"""
)
READ_CLOCK = f"() => {{ {BURNT} return burnt(); }}"
PLAYED = f"() => {{ {FIND_VIDEO} return video ? video.currentTime : 0; }}"
