import { afterEach, describe, expect, it } from "vitest";
import { formatMoney, formatSpan } from "../src/lib/format";
import { loadAllMessages, t, tn, useMessages } from "../src/lib/text";
import { chosenTheme } from "../src/site/theme";

afterEach(() => {
  document.documentElement.lang = "en";
  useMessages({});
});

describe("words", () => {
  it("are English where there is no translation", () => {
    expect(t("Hello {name}", { name: "Ann" })).toBe("Hello Ann");
    expect(tn("{n} order", "{n} orders", 1)).toBe("1 order");
    expect(tn("{n} order", "{n} orders", 1200)).toBe("1,200 orders");
  });

  it("come from the catalogue of the page's language", () => {
    document.documentElement.lang = "zh-Hans";
    useMessages({ "Hello {name}": "{name}，你好", "{n} order": ["{n} 个订单"], Empty: "" });
    expect(t("Hello {name}", { name: "安" })).toBe("安，你好");
    expect(tn("{n} order", "{n} orders", 3)).toBe("3 个订单");
    expect(t("Empty")).toBe("Empty");
  });

  it("are all there once both parts of them have come, whichever comes first", async () => {
    await loadAllMessages("zh-Hans");
    const [first, later] = await Promise.all([
      import("../src/generated/messages.zh-Hans.json"),
      import("../src/generated/later.zh-Hans.json"),
    ]);
    const known = { ...first.default, ...later.default };

    const missing = Object.entries(known).filter(
      ([id, words]) => typeof words === "string" && words && t(id) !== words,
    );

    expect(missing).toEqual([]);
  });
});

describe("figures", () => {
  it("write money by its currency's digits", () => {
    expect(formatMoney(1999, "EUR")).toBe("€19.99");
    expect(formatMoney(500, "JPY")).toBe("¥500");
    expect(formatMoney(1999, "KWD")).toMatch(/1\.999/);
  });

  it("count down to zero and not below", () => {
    expect(formatSpan(61_000)).toBe("01:01");
    expect(formatSpan(3_600_000)).toBe("1:00:00");
    expect(formatSpan(-5_000)).toBe("00:00");
  });
});

describe("the theme", () => {
  it("is read from its cookie and nothing else", () => {
    expect(chosenTheme("a=1; theme=dark; b=2")).toBe("dark");
    expect(chosenTheme("mytheme=dark; theme=pink")).toBe("");
  });
});
