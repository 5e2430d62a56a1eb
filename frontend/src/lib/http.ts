/** JSON over HTTP with the CSRF token, a deadline, and refusals as one kind of error. */

const REQUEST_MS_MAX = 10_000;

/** A refusal by the server: `code` is stable, `message` is already in the reader's language. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 0) {
    super(message);
    this.name = "Refused";
    this.code = code;
    this.status = status;
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export async function getJson<T>(
  url: string,
  fetcher: typeof fetch = fetch,
  signal = AbortSignal.timeout(REQUEST_MS_MAX),
): Promise<T> {
  return answer<T>(
    await fetcher(url, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal,
    }),
  );
}

export async function postJson<T>(
  url: string,
  body: unknown = {},
  fetcher: typeof fetch = fetch,
): Promise<T> {
  return answer<T>(
    await fetcher(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRF-Token": csrfToken(),
      },
      credentials: "same-origin",
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    }),
  );
}

/** Send raw bytes; a piece of a film may take as long as a slow line needs. */
export async function putBytes<T>(
  url: string,
  body: Blob,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<T> {
  return answer<T>(
    await fetcher(url, {
      method: "PUT",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/octet-stream",
        "X-CSRF-Token": csrfToken(),
      },
      credentials: "same-origin",
      body,
      signal,
    }),
  );
}

export interface PlainAnswer {
  /** 0 when nothing came. */
  status: number;
  body: unknown;
  retryAfterMs: number;
}

/** Ask as anybody would, without cookies, so that any cache may answer. Throws nothing. */
export async function getPlain(
  url: URL,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<PlainAnswer> {
  const leave = new AbortController();
  const end = () => leave.abort();
  const timer = setTimeout(end, REQUEST_MS_MAX);
  signal.addEventListener("abort", end);
  try {
    const response = await fetcher(url, { credentials: "omit", signal: leave.signal });
    const seconds = Number(response.headers.get("Retry-After") ?? 0);
    const retryAfterMs = Number.isFinite(seconds) ? Math.min(60, Math.max(0, seconds)) * 1000 : 0;
    return { status: response.status, body: parsed(await response.text()), retryAfterMs };
  } catch {
    return { status: 0, body: undefined, retryAfterMs: 0 };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return body as T;
  const problem = (body ?? {}) as { code?: string; detail?: string; title?: string };
  throw new Refused(
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? "",
    response.status,
  );
}

function parsed(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
