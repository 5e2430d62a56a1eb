/** Following a store: what the parts of a page tell each other of it. */

/** Told to the whole page once somebody follows, or no more: a draw may have asked for it. */
export const FOLLOWED = "lh-followed";
