#!/usr/bin/env bash
# Ships [env.production] of wrangler.toml. wrangler runs the build command by itself.
source "$(dirname "$0")/env.sh"
tools/setup.sh
exec wrangler deploy --env production
