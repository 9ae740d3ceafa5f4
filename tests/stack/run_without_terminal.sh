#!/bin/sh
# run without a terminal says so and exits 2, before it installs or builds anything.
set -u
words=$("$SOURCE_DIR/run" </dev/null 2>&1)
status=$?
[ "$status" = 2 ] || { echo "exit status $status, not 2"; exit 1; }
case $words in *terminal*) ;; *) echo "does not speak of a terminal: $words"; exit 1 ;; esac
"$SOURCE_DIR/run" --nonsense </dev/null >/dev/null 2>&1
[ $? = 2 ] || { echo "an unknown argument is not exit 2"; exit 1; }
for program in ttydesk ttydeskd; do
	for option in --help --version; do
		"$BUILD_DIR/$program" $option >/dev/null || { echo "$program $option fails"; exit 1; }
	done
	"$BUILD_DIR/$program" --no-such-option >/dev/null 2>&1 </dev/null
	[ $? = 2 ] || { echo "$program: an unknown option is not exit 2"; exit 1; }
done
