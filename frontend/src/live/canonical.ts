/** One spelling for a room's state, and a checksum over it, equal byte for byte to the server's. */
import type { Value } from "../generated/wire";

/** Keys sorted by code point, no spaces, nothing escaped that JSON does not demand. */
export function canonical(value: Value): string {
  if (typeof value !== "object") return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Value)}`);
  return `{${parts.join(",")}}`;
}

/** The hash of a state: crc32 and adler32 of its canonical UTF-8, as 16 hexadecimal digits. */
export function stateHash(state: Value): string {
  const bytes = new TextEncoder().encode(canonical(state));
  return hex(crc32(bytes)) + hex(adler32(bytes));
}

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  // 3800 additions stay below 2^32, so the division is needed only between blocks.
  for (let start = 0; start < bytes.length; start += ADLER_BLOCK) {
    const end = Math.min(start + ADLER_BLOCK, bytes.length);
    for (let i = start; i < end; i++) {
      a += bytes[i] as number;
      b += a;
    }
    a %= ADLER_MODULUS;
    b %= ADLER_MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}

const ADLER_MODULUS = 65_521;
const ADLER_BLOCK = 3800;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** JavaScript compares UTF-16 units, which puts 😀 before ﬀ; the server compares code points. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return fixed(x) - fixed(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, so they are lifted above the rest. */
function fixed(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
