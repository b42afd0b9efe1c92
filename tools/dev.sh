#!/usr/bin/env bash
# Installs, builds and serves: the gateway, and the sandbox vendors if the configuration points at them.
source "$(dirname "$0")/env.sh"
say "1/3 tools"
tools/setup.sh
say "2/3 build (the first one compiles everything and takes minutes)"
tools/build.sh
say "3/3 serving"
exec node tools/dev.mjs
