// The sandbox vendors: Logto, LoginRadius and Stytch behind one origin, as the facts describe
// them and the captures show them. Written from the facts alone, so that it can contradict the
// gateway. Order of things: read the body, write the journal, apply a fault, ask the vendor.

import { Hono } from "hono";
import type { SandboxEnv } from "./context";
import { control } from "./control";
import { faults } from "./fault-actions";
import { journal } from "./journal";
import { loginradius } from "./loginradius/routes";
import { logto } from "./logto/routes";
import { stytch } from "./stytch/routes";

const app = new Hono<SandboxEnv>({ strict: false });

app.use(async (c, next) => {
  c.set("body", await c.req.raw.bytes());
  await next();
});

app.route("/_sandbox", control);
app.use(journal, faults);
app.route("/", logto);
app.route("/", loginradius);
app.route("/", stytch);

app.notFound((c) => c.text(
  "Sandbox vendors: Logto (/api, /oidc), LoginRadius (/v2/manage, /service/oauth), Stytch (/v1/b2b/sso). Control: /_sandbox.\n",
  c.req.path === "/" ? 200 : 404,
));

app.onError((error, c) => {
  console.error(`sandbox: ${error.name}: ${error.message}`);
  return c.json({ message: "Internal server error." }, 500);
});

export default app;
