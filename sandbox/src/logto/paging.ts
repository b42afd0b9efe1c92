// Optional paging (logto.md 2): without `page` and `page_size` everything is returned. The Link
// targets lack the `/api` prefix, as captured.

import type { SandboxContext } from "../context";
import { LogtoError } from "./errors";

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

export function readPaging(c: SandboxContext, total: number): { from: number; to: number } | undefined {
  const page = c.req.query("page");
  const size = c.req.query("page_size");
  if (page === undefined && size === undefined) return undefined;
  const number = numberOf(page, 1, Infinity);
  const length = numberOf(size, DEFAULT_SIZE, MAX_SIZE);
  const url = new URL(c.req.url);
  const link = (target: number, rel: string) => {
    const query = new URLSearchParams(url.search);
    query.set("page", String(target));
    return `<${url.origin}${url.pathname.replace(/^\/api/, "")}?${query}>; rel="${rel}"`;
  };
  // Only "next" was captured; "prev" is assumed.
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number * length < total ? [link(number + 1, "next")] : []),
  ];
  c.header("total-number", String(total));
  if (links.length > 0) c.header("link", links.join(", "));
  return { from: (number - 1) * length, to: number * length };
}

function numberOf(text: string | undefined, fallback: number, max: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) throw new LogtoError(400, "guard.invalid_pagination");
  return value;
}
