/** Sends a file piece by piece, and goes on where it broke off. */
import { postJson, putBytes, Refused } from "../lib/http";

/** A film as `POST /api/stores/{slug}/films` and its pieces tell of it. */
export interface ComingFilm {
  id: string;
  state: string;
  received: number;
  piece_bytes: number;
}

const PIECE_MS_MAX = 150_000;
const TRIES_MAX = 8;
const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 20_000;
/** Statuses from which on a server has said no, and not that it is away. */
const REFUSED = 400;
const AWAY = 500;
const TOO_MANY = 429;

export interface UploadPorts {
  begin(title: string, bytes: number): Promise<ComingFilm>;
  put(film: ComingFilm, piece: Blob): Promise<ComingFilm>;
  sleep(ms: number): Promise<void>;
}

export function uploadPorts(store: string, leave: AbortSignal): UploadPorts {
  const films = `/api/stores/${encodeURIComponent(store)}/films`;
  return {
    begin: (title, bytes) => postJson<ComingFilm>(films, { title, bytes }),
    put: (film, piece) =>
      putBytes<ComingFilm>(
        `${films}/${film.id}/content?offset=${film.received}`,
        piece,
        AbortSignal.any([leave, AbortSignal.timeout(PIECE_MS_MAX)]),
      ),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** All of `file`; `told` hears the bytes that are there. Rejects with what cannot be mended. */
export async function upload(
  file: File,
  ports: UploadPorts,
  leave: AbortSignal,
  told: (received: number) => void,
): Promise<ComingFilm> {
  const begin = () => ports.begin(file.name, file.size);
  let film = await begin();
  let failures = 0;
  while (film.state === "coming") {
    leave.throwIfAborted();
    told(film.received);
    const piece = file.slice(film.received, film.received + film.piece_bytes);
    try {
      film = await ports.put(film, piece);
      failures = 0;
    } catch (error) {
      leave.throwIfAborted();
      failures += 1;
      if (isFinal(error) || failures >= TRIES_MAX) throw error;
      await ports.sleep(Math.min(PAUSE_MS * 2 ** failures, PAUSE_MS_MAX));
      // The piece may have arrived though its answer did not: ask where it goes on.
      film = await begin().catch(() => film);
    }
  }
  told(file.size);
  return film;
}

function isFinal(error: unknown): boolean {
  if (!(error instanceof Refused) || error.code === "other_place") return false;
  return error.status >= REFUSED && error.status < AWAY && error.status !== TOO_MANY;
}
