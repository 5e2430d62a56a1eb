/** Saves a poster: messengers take no SVG, so as PNG; where it cannot be drawn, as it is. */

const WIDTH = 1080;

export async function savePoster(address: string): Promise<void> {
  const picture = new Image();
  picture.src = address;
  try {
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = (WIDTH * picture.naturalHeight) / picture.naturalWidth;
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    download(canvas.toDataURL("image/png"), "poster.png");
  } catch {
    download(address, "poster.svg");
  }
}

function download(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
