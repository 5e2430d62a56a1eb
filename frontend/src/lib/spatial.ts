/** Moving the focus with the arrows of a remote control: to the nearest thing in that direction. Pure. */

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type Direction = "left" | "right" | "up" | "down";

/** Something beside the way counts as further away than something on it. */
const ASIDE = 3;

/** The place of the nearest of `boxes` from `from`, or null where there is none that way. */
export function nearest(from: Box, boxes: readonly Box[], direction: Direction): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  boxes.forEach((box, i) => {
    const distance = far(turned(from, direction), turned(box, direction));
    if (distance !== null && distance < least) {
      least = distance;
      best = i;
    }
  });
  return best;
}

export function directionOf(key: string): Direction | null {
  switch (key) {
    case "ArrowLeft":
      return "left";
    case "ArrowRight":
      return "right";
    case "ArrowUp":
      return "up";
    case "ArrowDown":
      return "down";
    default:
      return null;
  }
}

/** As if the way went to the right. */
function turned({ left, right, top, bottom }: Box, direction: Direction): Box {
  switch (direction) {
    case "right":
      return { left, right, top, bottom };
    case "left":
      return { left: -right, right: -left, top, bottom };
    case "down":
      return { left: top, right: bottom, top: left, bottom: right };
    case "up":
      return { left: -bottom, right: -top, top: left, bottom: right };
  }
}

/** How far a box to the right is; null where it is not to the right. */
function far(from: Box, box: Box): number | null {
  const ahead = (box.left + box.right) / 2 - (from.left + from.right) / 2;
  if (ahead <= 0 || box.right <= from.right) return null;
  const gap = Math.max(0, box.left - from.right);
  const aside = Math.max(0, box.top - from.bottom, from.top - box.bottom);
  const off = Math.abs((box.top + box.bottom) / 2 - (from.top + from.bottom) / 2);
  return gap + ASIDE * aside + off / 100;
}
