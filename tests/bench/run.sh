#!/usr/bin/env bash
# Measures ttydesk beside its peers on this machine and prints the bars. By hand only; about 25 minutes.
# usage: tests/bench/run.sh [OUT-FOLDER]      needs: vim mutt tig newsboat less valgrind strace, and 2 GB for the data
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$top/build/bench}
mkdir -p "$out"
"$top/run" --build
export PTYBIN=$out PTYDATA=${PTYDATA:-/tmp/ptydata} PYTHONUTF8=1
cp "$top/build/release/ttydesk" "$top/build/release/ttydeskd" "$out/"
cd "$top/tests/bench/ptybench"
cc -O2 -o "$out/ptydrive" ptydrive.c -lutil
cc -O2 -o "$out/floor_raw" floor_raw.c
cc -O2 -o "$out/floor_nc" floor_nc.c -lncursesw
# shellcheck disable=SC2046
cc -O2 -D_GNU_SOURCE -o "$out/floor_libs" floor_libs.c $(pkg-config --cflags --libs glib-2.0 libcurl ncursesw readline libcjson libutf8proc)
[ -s "$PTYDATA/100k/list.txt" ] || python3 gen.py "$PTYDATA"
results=$out/results.jsonl
: >"$results"
bench() { python3 ptybench.py -o "$results" "$@"; }
# The list shows clocks that stand still for the peers' sake: generated tickets are due in days.
bench -w start,idle -n 1000 -r 1 -p ttydesk,ttydesk_still,floor_libs
bench -w start -n 1000,10000 -r 5 -p floor_libs,floor_nc,less,vim,mutt,tig,newsboat,ttydesk
bench -w start -n 100000 -r 3 -p floor_libs,floor_nc,less,vim,mutt,tig,ttydesk
bench -w start,nav,burst,open,resize -n 10000 -r 2 -p floor_nc,floor_nc_scr,less,vim,mutt,tig,newsboat,ttydesk,ttydesk_split
bench -w start,nav,burst -n 10000 -r 1 -s 200x60 -p floor_nc_scr,vim,mutt,ttydesk,ttydesk_split
bench -w start,nav,burst -n 10000 -r 1 -t vt100 -p floor_nc_scr,vim,mutt,ttydesk,ttydesk_split
python3 instr.py -n 10000 floor_nc mutt ttydesk ttydesk_split >"$out/instr.jsonl"
python3 ttywrites.py floor_nc_scr mutt ttydesk ttydesk_split >>"$out/instr.jsonl"
echo "## $(date -u +%F), $(nproc) cores, $(uname -sr), load $(cut -d' ' -f1-3 /proc/loadavg)"
echo
python3 bars.py "$results" "$out/instr.jsonl"
echo
python3 table.py "$results" >"$out/tables.md"
echo "all tables: $out/tables.md"
