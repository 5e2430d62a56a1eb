/** A drawn stage as a moving picture, so that the components can be looked at without a camera. */

export function stagePicture(portrait: boolean): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = portrait ? [720, 1280] : [1280, 720];
  const draw = canvas.getContext("2d");
  const tick = () => {
    if (draw) scene(draw, canvas.width, canvas.height);
  };
  tick();
  setInterval(tick, 100);
  return canvas.captureStream(10);
}

function scene(draw: CanvasRenderingContext2D, w: number, h: number): void {
  const night = draw.createLinearGradient(0, 0, 0, h);
  night.addColorStop(0, "#3b2340");
  night.addColorStop(0.6, "#9c4a3c");
  night.addColorStop(1, "#5a2c2a");
  draw.fillStyle = night;
  draw.fillRect(0, 0, w, h);
  const glow = draw.createRadialGradient(w * 0.5, h * 0.35, 10, w * 0.5, h * 0.35, w * 0.5);
  glow.addColorStop(0, "rgba(255,220,150,.85)");
  glow.addColorStop(1, "rgba(255,220,150,0)");
  draw.fillStyle = glow;
  draw.fillRect(0, 0, w, h);
  draw.fillStyle = "#2a1722";
  draw.fillRect(0, h * 0.72, w, h * 0.28);
  draw.fillStyle = "#e9efe9";
  const size = Math.min(w, h) * 0.3;
  draw.beginPath();
  draw.roundRect(w / 2 - size / 2, h * 0.72 - size, size, size, size * 0.12);
  draw.fill();
  draw.strokeStyle = "#e9efe9";
  draw.lineWidth = size * 0.1;
  draw.beginPath();
  draw.arc(w / 2 + size * 0.55, h * 0.72 - size * 0.5, size * 0.22, -1.4, 1.4);
  draw.stroke();
  draw.fillStyle = "#fff";
  draw.font = "32px monospace";
  draw.fillText(new Date().toISOString().slice(11, 21), 32, 56);
}
