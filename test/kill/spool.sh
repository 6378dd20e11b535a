#!/bin/sh
# Kills a spool writer at random moments: test/kill/spool.sh [TIMES], 200 unless told.  About a second for ten.
set -eu
cd "$(dirname "$0")/../.."
GH_KILLS="${1:-200}" build/debug/event_both-test spool_kill
