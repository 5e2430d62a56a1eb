/** UUIDv7 made by the client: names an order or a chat line, so that asking twice is harmless. */

export function uuid7(nowMs: number, random: (bytes: Bytes) => void = fill): string {
  const bytes = new Uint8Array(16);
  random(bytes);
  let rest = nowMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

type Bytes = Uint8Array<ArrayBuffer>;

function fill(bytes: Bytes): void {
  crypto.getRandomValues(bytes);
}
