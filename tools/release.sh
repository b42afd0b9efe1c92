#!/usr/bin/env bash
# The release bundle as wrangler would ship it, into .wrangler/bundle/, with its size.
source "$(dirname "$0")/env.sh"
tools/build.sh
rm -rf .wrangler/bundle
wrangler deploy --dry-run --env "" --outdir .wrangler/bundle >/dev/null
node tools/size.mjs .wrangler/bundle
