# fish completion for ttydeskd(8): words and options as its --help lists them.
function __ttydeskd_options
	set -l before (commandline -opc)
	$before[1] (string match -r '^[a-z]+$' -- $before[2]) --help 2>/dev/null | string match -ra -- '--[a-z][a-z-]*'
end
complete -c ttydeskd -n __fish_use_subcommand -f \
	-a '(ttydeskd --help 2>/dev/null | string replace -rf "^  ([a-z]+)  +([a-z].*)" "\$1\t\$2")'
complete -c ttydeskd -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__ttydeskd_options)'
