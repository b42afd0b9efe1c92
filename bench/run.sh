#!/usr/bin/env bash
# CPU per request of the release bundle above a bare forwarder. Loopback only, under three minutes after the build.
# ROUNDS, ROUND_S, WARM_UP_S and NAME as in main.mjs.
source "$(dirname "$0")/../tools/env.sh"
tools/release.sh >&2
exec node bench/main.mjs
