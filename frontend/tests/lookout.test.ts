import type { ReactiveController } from "lit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Lookout } from "../src/lib/lookout";

const host = {
  addController: (_: ReactiveController) => {},
  removeController: () => {},
  requestUpdate: () => {},
  updateComplete: Promise.resolve(true),
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("looks when its host is first drawn, then again and again until the host is gone", async () => {
  const look = vi.fn(() => Promise.resolve());
  const lookout = new Lookout(host, 100, look);
  lookout.hostConnected();
  lookout.hostUpdated();
  lookout.hostUpdated();
  expect(look).toHaveBeenCalledTimes(1);

  await vi.advanceTimersByTimeAsync(250);
  expect(look).toHaveBeenCalledTimes(3);

  lookout.hostDisconnected();
  await vi.advanceTimersByTimeAsync(500);
  expect(look).toHaveBeenCalledTimes(3);
});

it("goes on after a look that failed", async () => {
  const look = vi.fn(() => Promise.reject(new Error("away")));
  const lookout = new Lookout(host, 100, look);
  lookout.hostConnected();

  await vi.advanceTimersByTimeAsync(250);
  expect(look).toHaveBeenCalledTimes(2);
  lookout.hostDisconnected();
});

it("does not look while nobody sees the page", async () => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  const look = vi.fn(() => Promise.resolve());
  const lookout = new Lookout(host, 100, look);
  lookout.hostConnected();
  lookout.hostUpdated();

  await vi.advanceTimersByTimeAsync(250);
  expect(look).not.toHaveBeenCalled();
  lookout.hostDisconnected();
});
