import { describe, expect, it } from "vitest";
import { Refused } from "../src/lib/http";
import { type ComingFilm, type UploadPorts, upload } from "../src/live/upload";

/** A server that keeps what comes, and fails as it is told to. */
class Server implements UploadPorts {
  kept = "";
  announced = 0;
  failures: unknown[] = [];
  losesAnswer = false;

  async begin(_: string, bytes: number): Promise<ComingFilm> {
    this.announced = bytes;
    return this.#film();
  }

  async put(film: ComingFilm, piece: Blob): Promise<ComingFilm> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (film.received !== this.kept.length) throw new Refused("other_place", "", 409);
    this.kept += await piece.text();
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new TypeError("the network went away");
    }
    return this.#film();
  }

  async sleep(): Promise<void> {}

  #film(): ComingFilm {
    const received = this.kept.length;
    const state = received === this.announced ? "checking" : "coming";
    return { id: "f", state, received, piece_bytes: 4 };
  }
}

const FILE = new File(["0123456789"], "tea.mp4");

async function sent(server: Server, leave = new AbortController()): Promise<number[]> {
  const told: number[] = [];
  await upload(FILE, server, leave.signal, (received) => told.push(received));
  return told;
}

describe("an upload", () => {
  it("sends a file piece by piece and tells how far it is", async () => {
    const server = new Server();
    expect(await sent(server)).toEqual([0, 4, 8, 10]);
    expect(server.kept).toBe("0123456789");
  });

  it("goes on with what an earlier one has left", async () => {
    const server = new Server();
    server.kept = "01234567";
    expect(await sent(server)).toEqual([8, 10]);
  });

  it("sends nothing twice when an answer is lost", async () => {
    const server = new Server();
    server.losesAnswer = true;
    await sent(server);
    expect(server.kept).toBe("0123456789");
  });

  it("comes back after a server that is away", async () => {
    const server = new Server();
    server.failures = [new Refused("busy", "", 503), new TypeError("offline")];
    await sent(server);
    expect(server.kept).toBe("0123456789");
  });

  it("ends at once when the server says no", async () => {
    const server = new Server();
    server.failures = [new Refused("no_room_for_films", "Full.", 413)];
    await expect(sent(server)).rejects.toThrow("Full.");
  });

  it("gives up after a while", async () => {
    const server = new Server();
    server.failures = Array.from({ length: 20 }, () => new TypeError("offline"));
    await expect(sent(server)).rejects.toThrow("offline");
    expect(server.failures.length).toBe(12);
  });

  it("stops when it is told to", async () => {
    const leave = new AbortController();
    leave.abort();
    await expect(sent(new Server(), leave)).rejects.toThrow();
  });
});
