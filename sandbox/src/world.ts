// The whole state of the sandbox in one value, in memory: reset means a new one.
// Workers may not use randomness or the clock while a module loads, so seeds are constants.

import { defaultSettings, type Settings } from "./settings";
import type { TokenStore } from "./tokens";
import { seedLogto, type LogtoState } from "./logto/state";
import { seedLoginRadius, type LoginRadiusState } from "./loginradius/state";
import { seedStytch, type StytchState } from "./stytch/state";
import type { JournalEntry } from "./journal";
import type { QueuedFault } from "./faults";

export interface World {
  settings: Settings;
  tokens: TokenStore;
  logto: LogtoState;
  loginradius: LoginRadiusState;
  stytch: StytchState;
  journal: JournalEntry[];
  faults: QueuedFault[];
}

const freshWorld = (): World => ({
  settings: defaultSettings(),
  tokens: new Map(),
  logto: seedLogto(),
  loginradius: seedLoginRadius(),
  stytch: seedStytch(),
  journal: [],
  faults: [],
});

let current = freshWorld();

export const world = (): World => current;

export function resetWorld(): void {
  current = freshWorld();
}
